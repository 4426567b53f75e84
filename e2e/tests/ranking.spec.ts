import { readFileSync } from "node:fs";
import { drawer, expect, expectParam, headline, test } from "./lanwan";

test("the ranking is a sentence and a sortable table", async ({ page }) => {
  await page.goto("/air/ranking");
  await expect(headline(page)).toContainText(/最好|没有可以排名/);
  const rows = page.locator("tbody tr[data-row-key]");
  await expect(rows.first()).toBeVisible();
  const ranks = (await rows.locator("td:first-child").allTextContents()).map(Number).filter((n) => !Number.isNaN(n));
  expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
  await page.getByRole("columnheader", { name: "地点" }).click();
  await expect(page.locator("th[aria-sort]")).toContainText("地点");
});

test("the Excel export is a real workbook of the same query", async ({ page }) => {
  await page.goto("/air/ranking");
  const link = page.getByRole("link", { name: "导出 Excel" });
  await expect(link).toHaveAttribute("href", /period=.+&of=district/);
  const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
  expect(download.suggestedFilename()).toMatch(/\.xlsx$/);
  const bytes = readFileSync(await download.path());
  expect(bytes.subarray(0, 2).toString("latin1")).toBe("PK");
});

test("the table is copied as it looks, tab separated", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto("/air/ranking");
  const rows = await page.locator("tbody tr[data-row-key]").count().then(async (n) => {
    await expect(page.locator("tbody tr[data-row-key]").first()).toBeVisible();
    return n || page.locator("tbody tr[data-row-key]").count();
  });
  await page.getByRole("button", { name: "复制表格" }).click();
  await expect(page.getByRole("button", { name: "已复制" })).toBeVisible();
  const lines = (await page.evaluate(() => navigator.clipboard.readText())).split("\n");
  expect(lines).toHaveLength((await rows) + 1);
  expect(lines[0]?.split("\t")).toContain("综合指数");
});

test("columns are chosen and stay in the address", async ({ page }) => {
  await page.goto("/air/ranking");
  await expect(page.locator("tbody tr[data-row-key]").first()).toBeVisible();
  await page.getByRole("button", { name: "列", exact: true }).click();
  await page.getByRole("checkbox", { name: "上年同期" }).click();
  await expectParam(page, "cols", /index_before/);
  await expect(page.getByRole("columnheader", { name: "上年同期" })).toBeVisible();
});

test("level and period are filters, and Back works", async ({ page }) => {
  await page.goto("/air/ranking");
  await expect(page.locator("tbody tr[data-row-key]").first()).toBeVisible();
  await page.getByRole("radiogroup", { name: "级别" }).getByText("站点").click();
  await expectParam(page, "of", "station");
  await page.getByRole("radiogroup", { name: "时段长度" }).getByText("年", { exact: true }).click();
  await expectParam(page, "period", /^\d{4}$/);
  await page.goBack();
  await page.goBack();
  await expectParam(page, "of", null);
});

test("a number of the ranking opens its explanation", async ({ page }) => {
  await page.goto("/air/ranking");
  await page.locator("tbody button.door").first().click();
  await expect(drawer(page)).toContainText("结果");
});
