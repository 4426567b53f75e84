import { expect, expectParam, headline, test } from "./lanwan";

const CHINESE = /[\u3400-\u9fff]/;

test("English is one click away, stays in the address and is remembered", async ({ page, meta }) => {
  await page.goto("/");
  await page.getByRole("button", { name: "English" }).click();
  await expectParam(page, "lang", "en");
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(page.getByRole("navigation", { name: "Main" })).toContainText("Overview");
  await page.getByRole("link", { name: "Ranking" }).click();
  await expectParam(page, "lang", "en");
  await page.goto(`/air/${encodeURIComponent(meta.city.id)}`);
  await expect(page.getByRole("heading", { name: "Days by level" })).toBeVisible();
  await page.getByRole("button", { name: "中文" }).click();
  await expect(page.getByRole("heading", { name: "按级别的天数" })).toBeVisible();
});

test("the pages of the English app are in English", async ({ page, meta }) => {
  for (const path of ["/", `/air/${encodeURIComponent(meta.city.id)}`, "/air/ranking", "/rules", "/imports"]) {
    await page.goto(`${path}?lang=en`);
    await expect(headline(page)).toBeVisible();
    // Place names without an English form and file texts may be Chinese; the app's own words may not.
    const words = await page
      .locator("nav.nav li, .bar .filters button, th, .block > header h2, .ant-segmented-item-label, .marks .verified, .marks .status")
      .allTextContents();
    expect(words.filter((word) => CHINESE.test(word) && word !== "中文")).toEqual([]);
  }
});
