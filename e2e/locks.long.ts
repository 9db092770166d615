// Several tabs and the lock between them, in a real browser: they share one session with it, and lose nothing without.
import type { Page } from "playwright/test";
import { chatOn, createKey, expect, tag, test } from "./fixtures.ts";
import { startProduct } from "./product.ts";
import { crash } from "./second-tab.ts";

const TABS = 5;
const TTL_S = 6;

/** Takes the lock of the widget on this page, and never gives it back. */
async function takeLock(isStolen: boolean): Promise<void> {
  const name = Object.keys(localStorage).find((key) => /^foyer:\w+$/.test(key));
  if (name === undefined) throw new Error("nothing is stored whose name the lock could have");
  await new Promise<void>((resolve) => {
    void navigator.locks.request(name, { steal: isStolen }, () => {
      resolve();
      return new Promise(() => {});
    });
  });
}

/** Notes when the widget first asks for its lock. Runs before any script of the page. */
function watchLock(): void {
  const { request } = LockManager.prototype;
  LockManager.prototype.request = function (this: LockManager, ...args: unknown[]) {
    if (/^foyer:\w+$/.test(String(args[0]))) performance.mark("asked for the lock");
    return Reflect.apply(request, this, args);
  };
}

/** How long the page waited from asking for the lock to asking the hub for a new token, ms. */
const waitedMs = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const [mark] = performance.getEntriesByName("asked for the lock");
    const refresh = performance
      .getEntriesByType("resource")
      .find((entry) => entry.name.endsWith("/auth/refresh"));
    return (refresh?.startTime ?? Number.NaN) - (mark?.startTime ?? Number.NaN);
  });

const NO_LOCKS = "Object.defineProperty(Navigator.prototype, 'locks', { value: undefined });";
const NO_CHANNELS = "delete window.BroadcastChannel;";

for (const [guise, script, perExpiry] of [
  ["N23 with locks: one refresh for all of them", "", 1],
  ["N24 without locks: one each at most", NO_LOCKS, TABS],
  ["N24 without channels: one each at most", NO_CHANNELS, TABS],
  ["N24 without locks and channels: one each at most", NO_LOCKS + NO_CHANNELS, TABS],
] as const) {
  test(`five tabs whose token ends at the same time. ${guise}, and nobody is logged out`, async ({
    context,
    site,
  }) => {
    test.setTimeout(120_000);
    const product = await startProduct(["--session-ttl", String(TTL_S)]);
    const clientKey = await createKey(product, [site.origin]);
    const url = site.origin + site.publish({ body: tag(product.hub, clientKey) });
    await context.addInitScript(script);
    const refreshes: number[] = [];
    /** The token that each refresh was asked with, and when that was, ms. */
    const asked: { token: unknown; atMs: number }[] = [];
    const connects: number[] = [];
    const others: string[] = [];
    const errors: string[] = [];
    const lines: string[] = [];
    context.on("request", (request) => {
      if (!request.url().endsWith("/auth/refresh")) return;
      const { refresh_token: token } = request.postDataJSON();
      asked.push({ token, atMs: Date.now() });
    });
    context.on("response", (response) => {
      if (response.url().endsWith("/auth/refresh")) refreshes.push(response.status());
      else if (response.url().endsWith("/widget/connect")) connects.push(response.status());
      else if (response.url().includes("/auth/")) others.push(new URL(response.url()).pathname);
    });
    context.on("weberror", (error) => errors.push(String(error.error())));
    context.on("console", (message) => lines.push(message.text()));
    const chats: ReturnType<typeof chatOn>[] = [];
    for (let tab = 0; tab < TABS; tab += 1) {
      const page = await context.newPage();
      await page.goto(url);
      const chat = chatOn(page);
      await chat.launcher.click();
      if (tab === 0) await chat.ask("hello");
      await expect(chat.answers).toHaveCount(1);
      await expect(chat.stop).toHaveCount(0);
      chats.push(chat);
    }
    // Three tokens end. How many tabs ask with one is up to chance: who hears of its successor in time asks for none.
    const before = asked.length;
    await expect
      .poll(() => new Set(asked.slice(before).map(({ token }) => token)).size, { timeout: 60_000 })
      .toBeGreaterThanOrEqual(3);
    // With the same token as often as pages are told that it ends, and never in a burst: what one page got, the others use.
    const asksWith = (token: unknown): number => asked.filter((ask) => ask.token === token).length;
    expect(asked.filter(({ token }) => asksWith(token) > perExpiry)).toEqual([]);
    const gapsMs = asked.slice(1).map(({ atMs }, index) => atMs - (asked[index]?.atMs ?? 0));
    if (perExpiry === 1) expect(Math.min(...gapsMs.slice(TABS))).toBeGreaterThan(500);
    expect([new Set(refreshes), others]).toEqual([new Set([200]), ["/api/v1/widget/auth/guest"]]);
    for (const chat of chats) {
      await expect(chat.answers).toHaveCount(1);
      await expect(chat.panel.getByRole("alert")).toBeEmpty();
    }
    // Each tab has a token that the hub takes.
    for (const [index, chat] of chats.entries()) {
      await chat.ask(`from tab ${index}`);
      await expect.poll(() => connects.length).toBe(index + 2);
      const own = chat.questions.filter({ hasText: `from tab ${index}` });
      await expect(own).toHaveCount(1);
      await expect(own).not.toContainText("Not sent");
      await expect(chat.stop).toHaveCount(0);
    }
    expect(new Set(connects)).toEqual(new Set([200]));
    expect(new Set(refreshes)).toEqual(new Set([200]));
    expect([others.length, errors, lines]).toEqual([1, [], []]);
    for (const page of context.pages()) await page.close();
    await product.stop();
  });
}

test("N25 a lock that another tab holds for ever: the chat goes on after five seconds", async ({
  page,
  visit,
  chat,
  context,
  watch,
}) => {
  const url = await visit();
  await chat.greet();
  const holder = await context.newPage();
  await holder.goto(url);
  await holder.evaluate(takeLock, false);
  await page.addInitScript(watchLock);
  await page.reload();
  await expect(chat.answers).toHaveCount(1, { timeout: 9_000 });
  const waited = await waitedMs(page);
  expect(waited).toBeGreaterThan(4_900);
  expect(waited).toBeLessThan(6_000);
  await chat.ask("are you there?");
  await expect(chat.answers).toHaveCount(2);
  await expect(chat.questions).toHaveCount(2);
  await holder.close();
  expect(watch.errors).toEqual([]);
});

test("N26 the tab that holds the lock crashes while it asks for a token: the next one goes on at once", async ({
  page,
  visit,
  chat,
  context,
  watch,
}) => {
  const url = await visit();
  await chat.greet();
  const second = await context.newPage();
  const errors: string[] = [];
  second.on("pageerror", (error) => errors.push(String(error)));
  await second.addInitScript(watchLock);
  await second.goto(url);
  // The hub never hears of it.
  await page.route("**/widget/auth/refresh", () => {});
  const asked = page.waitForRequest("**/widget/auth/refresh");
  await page.reload();
  await asked;
  const other = chatOn(second);
  await other.launcher.click();
  await expect
    .poll(() =>
      second.evaluate(async () => {
        const { held = [], pending = [] } = await navigator.locks.query();
        return pending.map(({ name }) => held.some((lock) => lock.name === name));
      }),
    )
    .toEqual([true]);
  await crash(page);
  await expect(other.answers).toHaveCount(1);
  expect(await waitedMs(second)).toBeLessThan(4_500);
  await other.ask("are you there?");
  await expect(other.answers).toHaveCount(2);
  expect([errors, watch.errors]).toEqual([[], []]);
  await second.close();
});

test("N27 a lock that foreign code steals during a refresh: nothing is sent twice, and nothing is thrown", async ({
  page,
  visit,
  chat,
  watch,
}) => {
  await visit();
  await chat.greet();
  let isStolen = false;
  await page.route("**/widget/auth/refresh", async (route) => {
    if (!isStolen) await page.evaluate(takeLock, true);
    isStolen = true;
    await route.continue();
  });
  await page.reload();
  await expect(chat.answers).toHaveCount(1);
  await chat.ask("are you there?");
  await expect(chat.answers).toHaveCount(2);
  await expect(chat.stop).toHaveCount(0);
  expect(isStolen).toBe(true);
  expect(watch.requests.filter((line) => line.endsWith("/connect")).length).toBe(2);
  expect(watch.requests.filter((line) => line.endsWith("/refresh")).length).toBe(1);
  expect(watch.errors).toEqual([]);
});
