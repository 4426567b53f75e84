import { expect, headline, test } from "./lanwan";

test("the rulebooks are listed with dates and marks, and each shows its text and sources", async ({ page }) => {
  await page.goto("/rules");
  await expect(headline(page)).toContainText(/共 \d+ 部规则/);
  const rows = page.locator("tbody tr[data-row-key]");
  await expect(rows.first()).toContainText(/已核实|单一来源|未核实/);
  await rows.first().getByRole("link").click();
  await expect(page).toHaveURL(/\/rules\/.+/);
  await expect(page.locator(".toml")).not.toBeEmpty();
  await expect(page.getByRole("heading", { name: "来源" })).toBeVisible();
});

test.describe("a wrong rulebook", () => {
  test.use({ expectedErrors: "Failed to load resource" });
  test("leads back to the list", async ({ page }) => {
    await page.goto("/rules/no-such-rule");
    await page.getByRole("link", { name: "回到规则列表" }).click();
    await expect(page).toHaveURL(/\/rules$/);
  });
});

test("the imports are listed with their counts and the rows in quarantine", async ({ page }) => {
  await page.goto("/imports");
  await expect(headline(page)).toContainText(/导入 \d+ 个文件/);
  const first = page.locator("tbody tr[data-row-key] button.door").first();
  const file = (await first.textContent()) ?? "";
  await first.click();
  await expect(page).toHaveURL(/import=\d+/);
  await expect(page.getByRole("heading", { name: `隔离的行：${file}` })).toBeVisible();
});
