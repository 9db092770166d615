// The invitation beside the launcher: when it comes, whom it is shown, and how it goes.
import axeCore from "axe-core";
import type { Page } from "playwright/test";
import { type Chat, chatOn, configure, destroy, expect, PHONE, tag, test } from "./fixtures.ts";

const TEXT = "Not sure about the size? I can help.";

const teaserOn = (page: Page) => page.getByRole("region", { name: "Invitation to chat" });
const focused = (page: Page) =>
  page.evaluate(() => document.querySelector("foyer-chat")?.shadowRoot?.activeElement?.className ?? null);

/** Lets the widget start, and time pass. */
async function wait(page: Page, chat: Chat, seconds: number): Promise<void> {
  await expect(chat.launcher).toHaveAttribute("aria-haspopup", "dialog");
  // By then the part is there, and has asked whom it is for.
  await page.waitForLoadState("networkidle");
  await page.clock.fastForward(seconds * 1000);
  // Two frames: one shows it, one fills it.
  await page.clock.runFor(100);
}

/** Time that a test moves; the page still knows how it was come to. */
async function holdTime(page: Page): Promise<void> {
  await page.addInitScript(() => Object.assign(window, { real: performance }));
  await page.clock.install();
  await page.addInitScript(() => {
    const { real } = window as unknown as { real: Performance };
    performance.getEntriesByType = (type) => real.getEntriesByType(type);
  });
}

test.beforeEach(({ page }) => holdTime(page));

test("it comes after its delay, moves and focuses nothing, and opens the panel", async ({
  page,
  visit,
  chat,
  watch,
}) => {
  await page.addInitScript(() => {
    const shifts: unknown[] = [];
    new PerformanceObserver((list) => shifts.push(...list.getEntries())).observe({ type: "layout-shift" });
    Object.assign(window, { shifts });
  });
  await configure(page, { teaser: TEXT, teaser_delay: 8 });
  const loaded = page.waitForResponse(/\/teaser\.js/);
  await visit();
  await loaded;
  await wait(page, chat, 7);
  await expect(teaserOn(page)).toHaveCount(0);
  await wait(page, chat, 1.1);
  await expect(teaserOn(page).getByRole("status")).toHaveText(TEXT);
  expect(await page.evaluate(() => document.activeElement?.localName)).toBe("body");
  expect(await page.evaluate(() => Object.keys(localStorage).length + sessionStorage.length)).toBe(0);
  expect(await page.evaluate(() => (window as unknown as { shifts: unknown[] }).shifts.length)).toBe(0);
  expect(watch.requests.filter((line) => /auth|connect|plain|engine/.test(line))).toEqual([]);
  await teaserOn(page).getByRole("button", { name: TEXT }).click();
  await expect(chat.panel).toBeVisible();
  await page.clock.runFor(300);
  await expect(chat.input).toBeFocused();
  await expect(teaserOn(page)).toHaveCount(0);
  await page.keyboard.press("Escape");
  await page.clock.fastForward(60_000);
  await expect(teaserOn(page)).toHaveCount(0);
});

test("it is dismissed by its button or Escape, and stays away while the page lives", async ({
  page,
  visit,
  chat,
  product,
}) => {
  await visit({ attributes: `data-teaser="${TEXT}"` });
  await wait(page, chat, 6);
  const dismiss = teaserOn(page).getByRole("button", { name: "Dismiss" });
  const box = await dismiss.boundingBox();
  expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(24);
  await chat.launcher.focus();
  await page.keyboard.press("Tab");
  expect(await focused(page)).toBe("say");
  await page.keyboard.press("Tab");
  expect(await focused(page)).toBe("dismiss");
  await page.keyboard.press("Escape");
  await expect(teaserOn(page)).toHaveCount(0);
  await expect(chat.launcher).toBeFocused();
  // A single-page app takes the widget down and puts it up again.
  await page.evaluate((src) => {
    const script = document.querySelector<HTMLScriptElement>("script[data-client-key]");
    (window as unknown as { Foyer: { destroy(): void } }).Foyer.destroy();
    const again = document.createElement("script");
    again.src = src;
    Object.assign(again.dataset, script?.dataset);
    document.body.append(again);
  }, `${product.hub}/foyer.js`);
  await wait(page, chat, 60);
  await expect(teaserOn(page)).toHaveCount(0);
});

test("destroy() takes it away, and before it comes its timer", async ({ page, visit, chat }) => {
  await visit({ attributes: `data-teaser="${TEXT}"` });
  await wait(page, chat, 1);
  await destroy(page);
  await page.clock.fastForward(60_000);
  await expect(page.locator("foyer-chat")).toHaveCount(0);
  await page.goto(page.url());
  await wait(page, chat, 6);
  await expect(teaserOn(page)).toBeVisible();
  await destroy(page);
  await expect(page.locator("foyer-chat")).toHaveCount(0);
});

test("the site's invitation is for who arrives: not after a reload, and not on the next page", async ({
  page,
  visit,
  chat,
  site,
  product,
  clientKey,
}) => {
  await configure(page, { teaser: TEXT });
  const next = site.publish({ body: tag(product.hub, clientKey) });
  const own = site.publish({ body: tag(product.hub, clientKey, `data-teaser="${TEXT}"`) });
  await visit({ body: `<a href="${next}">next</a><a href="${own}">own</a>` });
  await wait(page, chat, 6);
  await expect(teaserOn(page)).toBeVisible();
  await page.reload();
  await wait(page, chat, 60);
  await expect(teaserOn(page)).toHaveCount(0);
  await page.getByRole("link", { name: "next" }).click();
  await wait(page, chat, 60);
  await expect(teaserOn(page)).toHaveCount(0);
  await page.goBack();
  await page.getByRole("link", { name: "own" }).click();
  await wait(page, chat, 6);
  await expect(teaserOn(page), "a page may have an invitation of its own").toBeVisible();
});

test("nobody is invited who has talked here, who opened the panel, or where the page shows no launcher", async ({
  page,
  visit,
  chat,
}) => {
  await configure(page, { teaser: TEXT });
  const isInvited = async () => {
    await wait(page, chat, 60);
    return (await teaserOn(page).count()) > 0;
  };
  await visit({ attributes: 'data-teaser="off"' });
  expect(await isInvited()).toBe(false);
  await visit({ body: '<button id="own">Chat</button>', attributes: 'data-launcher="#own"' });
  expect(await isInvited()).toBe(false);
  await visit({ attributes: 'data-agent="echo"' });
  await chat.launcher.click();
  expect(await isInvited(), "never over an open panel").toBe(false);
  await page.keyboard.press("Escape");
  expect(await isInvited(), "nor after it").toBe(false);
  await chat.launcher.click();
  await chat.ask("hello");
  await expect(chat.answers).toHaveCount(1);
  await visit({ attributes: 'data-agent="echo"' });
  expect(await isInvited(), "who has talked needs no invitation").toBe(false);
});

test("on a phone it takes no more than the launcher's row, in both directions; axe finds no fault", async ({
  browser,
  site,
  product,
  clientKey,
}) => {
  const long =
    "Not sure which size fits, or when it arrives? Ask me anything about your order, I answer at once.";
  for (const [dir, colorScheme] of [
    ["ltr", "light"],
    ["rtl", "dark"],
  ] as const) {
    const context = await browser.newContext({ ...PHONE, colorScheme, reducedMotion: "reduce" });
    const page = await context.newPage();
    const chat = chatOn(page);
    await holdTime(page);
    await configure(page, { teaser: long, launcher_position: dir === "rtl" ? "bl" : "br" });
    const head = `<script>document.documentElement.dir = "${dir}"</script>`;
    await page.goto(site.origin + site.publish({ head, body: tag(product.hub, clientKey) }));
    await wait(page, chat, 6);
    const teaser = await teaserOn(page).boundingBox();
    const launcher = await chat.launcher.boundingBox();
    if (teaser === null || launcher === null) throw new Error("nothing is shown");
    expect(teaser.height).toBeLessThanOrEqual(64);
    expect(teaser.x).toBeGreaterThanOrEqual(16);
    expect(teaser.x + teaser.width).toBeLessThanOrEqual(375 - 16);
    const gap = dir === "rtl" ? teaser.x - launcher.x - 56 : launcher.x - teaser.x - teaser.width;
    expect(gap).toBeGreaterThanOrEqual(8);
    await page.clock.runFor(1000);
    await page.evaluate(axeCore.source);
    const faults = await page.evaluate(async () => {
      const { axe } = window as unknown as { axe: typeof axeCore };
      const { violations } = await axe.run({ include: [["foyer-chat"]] });
      return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
    });
    expect(faults).toEqual([]);
    await context.close();
  }
});
