import { drawer, expect, expectParam, headline, param, test } from "./lanwan";

const city = (id: string, query = "") => `/air/${encodeURIComponent(id)}${query}`;

test("the city's year: sentence, calendar, limits, days by level, curves, months", async ({ page, meta }) => {
  await page.goto(city(meta.city.id));
  await expect(headline(page)).toContainText(meta.city.name);
  await expect(page.getByRole("img", { name: /每日 AQI 级别日历/ })).toBeVisible();
  await expect(page.getByRole("heading", { name: /与限值/ })).toBeVisible();
  await expect(page.getByRole("heading", { name: "按级别的天数" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "日变化" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "一天" })).toBeVisible();
  const months = page.locator(".block", { has: page.getByRole("heading", { name: "按月按季" }) });
  await expect(months.locator("tbody tr[data-row-key]")).toHaveCount(12);
  await expect(months.getByText("…")).toHaveCount(0);
});

test("the year has one cell for each of its days", async ({ page, meta }) => {
  const year = meta.default_date.slice(0, 4);
  await page.goto(city(meta.city.id, `?period=${year}`));
  await expect(page.getByRole("img", { name: /每日 AQI 级别日历/ }).locator("svg")).toBeVisible();
  const days = await page.request.get(`/api/v1/air/days?place=${encodeURIComponent(meta.city.id)}&from=${year}-01-01&to=${year}-12-31`);
  expect([365, 366]).toContain((await days.json()).days.length);
});

test("every figure of the limits table opens its explanation", async ({ page, meta }) => {
  await page.goto(city(meta.city.id));
  await page.locator(".limits tbody button.door").first().click();
  await expect(drawer(page)).toContainText("怎么算出来的");
  await expectParam(page, "explain", /.+/);
});

test("two editions stand side by side after one click, in the address, and Back undoes it", async ({ page, meta }) => {
  test.skip(meta.editions.length < 2, "only one edition is loaded");
  await page.goto(city(meta.city.id));
  await expect(page.locator(".calendar-side")).toHaveCount(1);
  await page.getByRole("button", { name: /^与 .* 对比$/ }).click();
  await expectParam(page, "compare", /^GB3095-/);
  await expect(page.locator(".calendar-side")).toHaveCount(2);
  await expect(page.getByRole("img", { name: /每日 AQI 级别日历/ })).toHaveCount(2);
  await expect(page.locator(".level-days")).toHaveCount(2);
  await expect(page.locator(".limits thead")).toContainText("GB 3095-2012");
  await expect(page.locator(".limits thead")).toContainText("GB 3095-2026");
  await expect(page.getByText(/两版级别不同的有 \d+ 天/)).toBeVisible();
  await page.goBack();
  await expectParam(page, "compare", null);
  await expect(page.locator(".calendar-side")).toHaveCount(1);
});

test("another day shows its hours, and the pollutant of the curves is in the address", async ({ page, meta }) => {
  await page.goto(city(meta.city.id));
  await page.locator(".day-panel").getByRole("button", { name: "前一天" }).click();
  await expectParam(page, "day", /^\d{4}-\d{2}-\d{2}$/);
  await expect(page.locator(".hour-strip li, .day-columns p").first()).toBeVisible();
  await page.getByRole("radiogroup", { name: "污染物" }).getByText("O3").click();
  await expectParam(page, "pollutant", "O3");
  await expect(page.getByRole("img", { name: "O3 逐日浓度" })).toBeVisible();
});

test("a click in the calendar chooses the day", async ({ page, meta }) => {
  await page.goto(city(meta.city.id));
  const calendar = page.getByRole("img", { name: /每日 AQI 级别日历/ });
  await expect(calendar.locator("svg")).toBeVisible();
  const box = await calendar.boundingBox();
  if (!box) throw new Error("the calendar has no box");
  await calendar.click({ position: { x: box.width / 2, y: box.height / 2 } });
  await expectParam(page, "day", /^\d{4}-\d{2}-\d{2}$/);
  const first = param(page, "day");
  await calendar.click({ position: { x: box.width / 3, y: box.height / 2 } });
  await expect.poll(() => param(page, "day"), "the cells still answer after the picture was drawn again").not.toBe(first);
});

test("dust days can be excluded beside the ratios", async ({ page, meta }) => {
  await page.goto(city(meta.city.id));
  await page.getByRole("radiogroup", { name: "沙尘日处理" }).getByText("剔除沙尘").click();
  await expectParam(page, "dust", "exclude");
  await expect(page.getByText(/已剔除 \d+ 个沙尘日/)).toBeVisible();
});

test("year, quarter and month are filters in the address", async ({ page, meta }) => {
  await page.goto(city(meta.city.id));
  await page.getByRole("radiogroup", { name: "时段长度" }).getByText("月", { exact: true }).click();
  await expectParam(page, "period", /^\d{4}-\d{2}$/);
  await expect(page.getByRole("heading", { name: /月与限值/ })).toBeVisible();
  await page.goBack();
  await expectParam(page, "period", null);
});

test("edition and as-of are filters in the address", async ({ page, meta }) => {
  const last = meta.editions.at(-1)?.id ?? "";
  await page.goto(city(meta.city.id));
  await page.getByRole("combobox", { name: "标准版本" }).click();
  await page.locator(".ant-select-dropdown:visible").getByText(last.replace("GB3095", "GB 3095")).click();
  await expectParam(page, "edition", last);
  await page.getByRole("button", { name: "截至现在" }).click();
  await page.locator(".as-of-box .month-days button:enabled").first().click();
  await expectParam(page, "as_of", /T23:59:59\+08:00$/);
  await expect(page.getByRole("button", { name: /截至 \d{4}/ })).toBeVisible();
});

test("a station whose id holds a slash and Chinese has its own page", async ({ page, places }) => {
  const station = places.find((p) => p.kind === "station");
  test.skip(!station, "no station is loaded");
  if (!station) return;
  await page.goto(city(station.id));
  await expect(headline(page)).toContainText(station.name);
});

test("every year can be opened", async ({ page, meta }) => {
  for (const year of meta.years) {
    await page.goto(city(meta.city.id, `?period=${year}`));
    await expect(page.getByRole("heading", { name: `${year} 年与限值` })).toBeVisible();
  }
});

test.describe("mistakes", () => {
  test.use({ expectedErrors: "Failed to load resource" });
  test("an unknown place says what is missing and how to go on", async ({ page }) => {
    await page.goto(city("nowhere"));
    await expect(page.getByText(/没有地点/)).toBeVisible();
    await page.getByRole("link", { name: "回到一张图" }).click();
    await expect(page).toHaveURL(/\/$/);
  });
  test("an unknown page leads back", async ({ page }) => {
    await page.goto("/no/such/page");
    await expect(page.getByText("没有这个页面")).toBeVisible();
  });
});
