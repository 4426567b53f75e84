import { drawer, expect, expectParam, param, test } from "./lanwan";

test("the drawer walks down to its inputs and back, and rules lead to their text", async ({ page, meta }) => {
  await page.goto(`/air/${encodeURIComponent(meta.city.id)}`);
  await page.locator(".limits tbody button.door").first().click();
  await expect(drawer(page)).toContainText("依据");
  const top = param(page, "explain");
  await drawer(page).locator(".explain-inputs button").first().click();
  await expect.poll(() => param(page, "explain")).not.toBe(top);
  await expect(drawer(page)).toContainText("怎么算出来的");
  await drawer(page).getByRole("button", { name: /返回上一层/ }).click();
  await expectParam(page, "explain", top);

  const rule = drawer(page).locator(".rule-ref a").first();
  await expect(rule).toBeVisible();
  await rule.click();
  await expect(page).toHaveURL(/\/rules\/.+/);
  await expect(page.locator(".toml")).toBeVisible();
});

test("the chain ends at readings", async ({ page }) => {
  await page.goto("/?show=station");
  await page.locator(".overview-table td button.door").first().click();
  for (let depth = 0; depth < 6; depth += 1) {
    await expect(drawer(page).getByText("结果", { exact: true })).toBeVisible();
    if (await drawer(page).getByRole("heading", { name: /读数/ }).isVisible()) break;
    const before = param(page, "explain");
    await drawer(page).locator(".explain-inputs button").first().click();
    await expect.poll(() => param(page, "explain")).not.toBe(before);
  }
  await expect(drawer(page).getByRole("heading", { name: /读数/ })).toBeVisible();
  await expect(drawer(page).locator("tbody tr[data-row-key]").first()).toBeVisible();
});

test("a pasted link opens the same drawer, and closing it leaves the page", async ({ page, context }) => {
  await page.goto("/");
  await page.locator(".overview-table td button.door").first().click();
  await expect(drawer(page)).toContainText("结果");
  const title = await drawer(page).locator(".explain-title").textContent();

  const pasted = await context.newPage();
  await pasted.goto(page.url());
  await expect(drawer(pasted).locator(".explain-title")).toHaveText(title ?? "");
  await expect(drawer(pasted)).toContainText("结果");
  await pasted.close();

  await page.keyboard.press("Escape");
  await expectParam(page, "explain", null);
  await expect(drawer(page)).toHaveCount(0);
});

test("the drawer opens by keyboard alone", async ({ page }) => {
  await page.goto("/");
  const door = page.locator(".overview-table td button.door").first();
  await door.focus();
  await expect(page.getByRole("tooltip")).toContainText("标准版本");
  await page.keyboard.press("Enter");
  await expect(drawer(page)).toContainText("结果");
});

test("copy link puts the address on the clipboard", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto("/");
  await page.locator(".overview-table td button.door").first().click();
  await drawer(page).getByRole("button", { name: "复制链接" }).click();
  await expect(drawer(page).getByRole("button", { name: "已复制" })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(page.url());
});

test.describe("a wrong link", () => {
  test.use({ expectedErrors: "Failed to load resource" });
  test("is told so in words", async ({ page }) => {
    await page.goto("/?explain=no-such-finding");
    await expect(drawer(page).locator(".notice h2")).not.toBeEmpty();
  });
});
