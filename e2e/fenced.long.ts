// Pages that fence the widget in: no storage in another site's frame, no way to the hub.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Page, chromium } from "playwright";
import { expect, tag, test, type Watch } from "./fixtures.ts";
import config from "./long.config.ts";

const { launchOptions } = config.use ?? {};
const foyerLines = ({ console: lines }: Watch): string[] => lines.filter((line) => line.includes("[foyer]"));

test("N50 S2 in another site's frame whose storage is blocked it works in memory", async ({
  product,
  site,
  clientKey,
}) => {
  const profile = mkdtempSync(join(tmpdir(), "foyer-blocked-"));
  mkdirSync(join(profile, "Default"));
  const blocked = { default_content_setting_values: { cookies: 2 }, block_third_party_cookies: true };
  writeFileSync(join(profile, "Default", "Preferences"), JSON.stringify({ profile: blocked }));
  const context = await chromium.launchPersistentContext(profile, { ...launchOptions });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  const inner = site.origin + site.publish({ body: tag(product.hub, clientKey) });
  const body = `<iframe src="${inner}" title="inner" width="800" height="700"></iframe>`;
  await page.goto(site.unlistedOrigin + site.publish({ body }));
  const frame = page.frames()[1];
  expect(
    await frame?.evaluate(() => {
      try {
        return localStorage.length;
      } catch (error) {
        return error instanceof DOMException && error.name;
      }
    }),
  ).toBe("SecurityError");
  const inside = page.frameLocator("iframe");
  await inside.locator("foyer-chat button").first().click();
  const input = inside.getByRole("dialog").getByRole("textbox");
  const answers = inside.getByRole("article", { name: /^(?!You).* said/ });
  for (const [index, text] of ["hello", "hello again"].entries()) {
    await input.fill(text);
    await input.press("Enter");
    await expect(answers).toHaveCount(index + 1);
    await expect(inside.getByRole("button", { name: "Stop answering" })).toHaveCount(0);
  }
  expect(errors).toEqual([]);
  await context.close();
  rmSync(profile, { recursive: true, force: true });
});

/** Lets hours pass on a page whose way to the hub is barred. */
async function outlast(
  { page, watch }: { page: Page; watch: Watch },
  tries: () => number | Promise<number>,
  expected: { tries: number; line: string },
): Promise<void> {
  const aWhileLater = async (): Promise<number> => {
    // Less than the request may take, so that a slow machine ends none early.
    await page.clock.runFor(9_000);
    return tries();
  };
  await expect.poll(aWhileLater, { intervals: [50], timeout: 20_000 }).toBe(expected.tries);
  await page.clock.runFor(3_600_000);
  expect(await aWhileLater()).toBe(expected.tries);
  expect(foyerLines(watch)).toHaveLength(1);
  expect(foyerLines(watch)[0]).toContain(expected.line);
  expect(await page.locator("foyer-chat").count()).toBe(0);
  await expect(page.getByRole("heading", { name: "Host page" })).toBeVisible();
  expect(watch.errors).toEqual([]);
}

test("N53 the page's policy forbids the hub: one line that says so, three tries, an unharmed page", async ({
  page,
  visit,
  product,
  watch,
}) => {
  await page.clock.install();
  await page.addInitScript(() => {
    const blocked: string[] = [];
    Object.assign(window, { blocked });
    document.addEventListener("securitypolicyviolation", ({ blockedURI }) => blocked.push(blockedURI));
  });
  await visit({
    isBare: true,
    headers: { "content-security-policy": `script-src ${product.hub}; connect-src 'self'` },
  });
  await outlast(
    { page, watch },
    () => page.evaluate(() => Number(Reflect.get(Reflect.get(window, "blocked"), "length"))),
    { tries: 3, line: "blocked_by_csp: data-api-url is not in connect-src" },
  );
});

test("N54 an ad blocker cancels the requests: as without a network, one line, eight tries", async ({
  page,
  visit,
  watch,
}) => {
  await page.clock.install();
  let tries = 0;
  await page.route("**/widget/config**", (route) => {
    tries += 1;
    return route.abort("blockedbyclient");
  });
  await visit();
  await outlast({ page, watch }, () => tries, { tries: 8, line: "hub_unreachable" });
});
