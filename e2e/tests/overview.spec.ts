import { drawer, expect, expectParam, headline, param, test } from "./lanwan";

const WORDS = /优|良|轻度污染|中度污染|重度污染|严重污染|缺测|不足|无数据/;

test("the overview answers with a sentence, a map with words in its labels, and a table", async ({ page, meta }) => {
  await page.goto("/");
  await expect(headline(page)).toContainText(meta.city.name);
  await expect(headline(page)).toContainText(meta.default_date);

  const labels = page.locator(".spot-label:visible");
  await expect(labels.first()).toBeVisible();
  for (const text of await labels.allTextContents()) expect(text, "a label has a word, never colour alone").toMatch(WORDS);

  const legend = page.getByRole("list", { name: "AQI 级别图例" });
  for (const word of ["优", "良", "轻度污染", "中度污染", "重度污染", "严重污染", "缺测"])
    await expect(legend).toContainText(word);

  await expect(page.locator(".overview-table tbody tr[data-row-key]").first()).toBeVisible();
});

test("the table sorts by AQI both ways", async ({ page }) => {
  await page.goto("/");
  const numbers = async () =>
    (await page.locator(".overview-table tbody tr[data-row-key] td:nth-child(2)").allTextContents()).map(Number).filter((n) => !Number.isNaN(n));
  await expect(page.locator(".overview-table tbody tr[data-row-key]").first()).toBeVisible();
  const down = await numbers();
  expect(down).toEqual(down.toSorted((a, b) => b - a));
  const header = page.locator(".overview-table").getByRole("columnheader", { name: "AQI" });
  for (let i = 0; i < 2; i += 1) await header.click();
  await expect.poll(numbers).toEqual(down.toSorted((a, b) => a - b));
});

test("the day is in the address, and Back returns to the day before the step", async ({ page, meta }) => {
  await page.goto("/");
  await expect(headline(page)).toContainText(meta.default_date);
  await page.getByRole("button", { name: "前一天" }).click();
  await expectParam(page, "period", /^\d{4}-\d{2}-\d{2}$/);
  const stepped = param(page, "period") ?? "";
  expect(stepped < meta.default_date).toBe(true);
  await expect(headline(page)).toContainText(stepped);
  await page.goBack();
  await expectParam(page, "period", null);
  await expect(headline(page)).toContainText(meta.default_date);
});

test("an hour can be chosen and says which real-time index it shows", async ({ page, meta }) => {
  await page.goto(`/?period=${meta.default_date}T13`);
  await expect(headline(page)).toContainText("13:00");
  await expect(page.getByText("实时 AQI：按全国发布")).toBeVisible();
});

test("stations and districts are one switch apart", async ({ page }) => {
  await page.goto("/");
  await page.locator(".overview-table").getByText("站点", { exact: true }).click();
  await expectParam(page, "show", "station");
  await expect(page.locator(".overview-table tbody tr[data-row-key]").first()).toBeVisible();
});

test("a number in the table opens the explain drawer", async ({ page }) => {
  await page.goto("/");
  await page.locator(".overview-table td button.door").first().click();
  await expect(drawer(page)).toContainText("结果");
  await expectParam(page, "explain", /.+/);
});

test("a place in the table leads to its own page", async ({ page }) => {
  await page.goto("/");
  const link = page.locator(".overview-table td a").first();
  const name = (await link.textContent()) ?? "";
  await link.click();
  await expect(page).toHaveURL(/\/air\//);
  await expect(page.locator(".crumbs")).toContainText(name);
});

test("without WebGL the same map is drawn as plain shapes", async ({ page }) => {
  await page.addInitScript(() => {
    const real = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, kind: string, ...rest: unknown[]) {
      return kind.startsWith("webgl") ? null : Reflect.apply(real, this, [kind, ...rest]);
    } as typeof real;
  });
  await page.goto("/");
  await expect(page.getByRole("img", { name: "区市地图" }).locator("path").first()).toBeVisible();
  await expect(page.locator(".spot-label:visible").first()).toBeVisible();
});
