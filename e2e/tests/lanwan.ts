import { test as base, expect, type Page } from "@playwright/test";

/** What the tests ask the server for, to know what the page should be able to show. */
export type Meta = { city: { id: string; name: string }; years: number[]; default_date: string; editions: { id: string }[] };
export type Place = { id: string; name: string; kind: string };

type Fixtures = {
  meta: Meta;
  places: Place[];
  /** Runs with every test: nothing leaves the origin and the console stays free of errors. */
  watched: void;
  /** A message that the test itself provokes (a refused request is an error in the browser's console). */
  expectedErrors: string;
};

export const test = base.extend<Fixtures>({
  meta: async ({ request }, use) => {
    const answer = await request.get("/api/v1/meta");
    expect(answer.ok(), "the server answers /api/v1/meta").toBe(true);
    await use(await answer.json());
  },
  places: async ({ request }, use) => {
    await use(await (await request.get("/api/v1/places")).json());
  },
  expectedErrors: ["", { option: true }],
  watched: [
    async ({ page, baseURL, expectedErrors }, use) => {
      const problems: string[] = [];
      const origin = new URL(baseURL ?? "").origin;
      page.on("request", (request) => {
        const url = request.url();
        if (url.startsWith("data:") || url.startsWith("blob:")) return;
        if (new URL(url).origin !== origin) problems.push(`left the origin: ${url}`);
      });
      page.on("console", (message) => {
        if (message.type() !== "error") return;
        if (!expectedErrors || !message.text().includes(expectedErrors)) problems.push(`console: ${message.text()}`);
      });
      page.on("pageerror", (error) => problems.push(`page error: ${error.message}`));
      await use();
      expect(problems).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** The drawer that says where a number comes from. */
export const drawer = (page: Page) => page.locator(".explain-drawer");

/** The sentence at the top of the page. */
export const headline = (page: Page) => page.getByRole("heading", { level: 1 });

/** A parameter of the page's address. */
export const param = (page: Page, name: string) => new URL(page.url()).searchParams.get(name);

/** Waits until the address has (or has lost) a parameter. */
export async function expectParam(page: Page, name: string, value: string | null | RegExp) {
  await expect.poll(() => param(page, name)).toEqual(value instanceof RegExp ? expect.stringMatching(value) : value);
}
