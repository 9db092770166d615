// A panel that was open when its page was left is open on the next one, and asks for no attention there.
import type { Page } from "playwright/test";
import { type Chat, chatOn, expect, openOnPhone, tag, test } from "./fixtures.ts";

const ECHO = { attributes: 'data-agent="echo"' };

const marks = (page: Page): Promise<string[]> => page.evaluate(() => Object.keys(sessionStorage));
const isQuiet = (page: Page) =>
  page.evaluate(() => new Promise((resolve) => requestIdleCallback(() => requestIdleCallback(resolve))));
/** The panel runs, and has opened by itself if it wants to. */
async function ready(page: Page, chat: Chat): Promise<void> {
  await expect(chat.launcher).toHaveAttribute("aria-haspopup", "dialog");
  await page.waitForLoadState("networkidle");
  await isQuiet(page);
}

async function talk(chat: Chat): Promise<void> {
  await chat.greet();
}

test("it opens by itself: no focus, no movement, no shift, nothing said", async ({
  page,
  visit,
  chat,
  watch,
}) => {
  await page.addInitScript(() => {
    const seen = { shifts: 0, animations: [] as string[], said: [] as string[], focused: [] as string[] };
    new PerformanceObserver((list) => (seen.shifts += list.getEntries().length)).observe({
      type: "layout-shift",
    });
    addEventListener("focusin", (event) => seen.focused.push((event.target as Element).localName), true);
    /** Told of a size as soon as something is about to be painted, after all callbacks of the frame. */
    const first = new ResizeObserver(([entry]) => {
      const running = entry?.target.getAnimations().filter(({ playState }) => playState === "running") ?? [];
      for (const animation of running) seen.animations.push((animation as CSSAnimation).animationName);
    });
    const watched = new WeakSet<Element>();
    const look = () => {
      const panel = document.querySelector("foyer-chat")?.shadowRoot?.querySelector(".panel");
      if (panel && !watched.has(panel)) first.observe(panel);
      if (panel) watched.add(panel);
      for (const live of panel?.querySelectorAll(".hidden[role]") ?? [])
        seen.said.push(live.textContent ?? "");
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
    Object.assign(window, { seen });
  });
  await visit({ ...ECHO, body: '<input aria-label="Search" autofocus>' });
  await talk(chat);
  await page.reload();
  await expect(chat.panel).toBeVisible();
  await expect(chat.answers).toHaveCount(1);
  await isQuiet(page);
  const seen = await page.evaluate(() => (window as unknown as { seen: Record<string, unknown> }).seen);
  expect(seen).toMatchObject({ shifts: 0, animations: [], focused: ["input"] });
  expect([...new Set(seen["said"] as string[])]).toEqual([""]);
  await expect(page.getByLabel("Search")).toBeFocused();
  await chat.input.click();
  await expect(chat.input).toBeFocused();
  expect(watch.errors).toEqual([]);
});

test("from page to page until it is closed; closed it stays closed", async ({ page, visit, chat }) => {
  const url = await visit(ECHO);
  await talk(chat);
  expect(await marks(page), "only a page that is left is marked").toEqual([]);
  await page.goto(url);
  await expect(chat.panel).toBeVisible();
  await page.goto(url);
  await expect(chat.panel).toBeVisible();
  expect(await marks(page)).toEqual([]);
  await chat.panel.getByRole("button", { name: "Close chat" }).click();
  await expect(chat.panel).toHaveCount(0);
  await page.goto(url);
  await ready(page, chat);
  await expect(chat.panel).toHaveCount(0);
});

test("over a page without the widget, where the mark is all that lies in the tab", async ({
  page,
  visit,
  chat,
  site,
}) => {
  const url = await visit(ECHO);
  await talk(chat);
  await page.goto(site.origin + site.publish({}));
  expect(await marks(page)).toEqual([expect.stringMatching(/^foyer:[0-9a-f]{16}:open$/)]);
  await page.goto(url);
  await expect(chat.panel).toBeVisible();
});

test("S1: who has said nothing leaves nothing", async ({ page, visit, chat, site }) => {
  const url = await visit(ECHO);
  await chat.launcher.click();
  await expect(chat.input).toBeFocused();
  await page.goto(site.origin + site.publish({}));
  expect(await marks(page)).toEqual([]);
  await page.goto(url);
  await ready(page, chat);
  await expect(chat.panel).toHaveCount(0);
});

for (const [title, leave] of [
  ["logout", (foyer: { logout(): void }) => foyer.logout()],
  ["destroy", (foyer: { destroy(): void }) => foyer.destroy()],
] as const)
  test(`after ${title}() nothing opens, and nothing lies in the tab`, async ({ page, visit, chat, site }) => {
    const url = await visit(ECHO);
    await talk(chat);
    await page.evaluate(`(${leave})(window.Foyer)`);
    await page.goto(site.origin + site.publish({}));
    expect(await marks(page)).toEqual([]);
    await page.goto(url);
    await ready(page, chat);
    await expect(chat.panel).toHaveCount(0);
  });

test("a hidden page loses its mark at once with the visitor who logs out in another tab", async ({
  page,
  visit,
  chat,
  context,
}) => {
  const url = await visit(ECHO);
  await talk(chat);
  const other = await context.newPage();
  await other.goto(url);
  await chatOn(other).launcher.click();
  await expect(chatOn(other).answers).toHaveCount(1);
  // A browser without a window hides no page by itself.
  await page.evaluate(() => {
    Object.defineProperty(document, "hidden", { value: true, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  expect(await marks(page)).toHaveLength(1);
  await other.evaluate(() => (window as unknown as { Foyer: { logout(): void } }).Foyer.logout());
  await expect.poll(() => marks(page)).toEqual([]);
});

test("an inline panel and one over the whole page leave no mark", async ({ page, visit, site, chat }) => {
  for (const attributes of ['data-mode="full"', 'data-target="#chat"']) {
    await visit({
      attributes: `data-agent="echo" ${attributes}`,
      body: '<div id="chat" style="height:500px"></div>',
    });
    if (!attributes.includes("target")) await chat.launcher.click();
    await page.locator("foyer-chat").getByRole("textbox").fill("hello");
    await page.keyboard.press("Enter");
    await expect(page.locator("foyer-chat").getByRole("article").nth(1)).toBeVisible();
    await page.goto(site.origin + site.publish({}));
    expect(await marks(page), attributes).toEqual([]);
  }
});

test("a phone gets no sheet over a fresh page", async ({ browser, site, product, clientKey }) => {
  const { context, page, chat } = await openOnPhone(
    browser,
    site,
    tag(product.hub, clientKey, 'data-agent="echo"'),
  );
  await talk(chat);
  await page.reload();
  await ready(page, chat);
  await expect(chat.panel).toHaveCount(0);
  await context.close();
});
