// Several tabs and the lock between them, in a real browser: they share one session with it, and lose nothing without.
import { chatOn, createKey, expect, tag, test } from "./fixtures.ts";
import { startProduct } from "./product.ts";

const TABS = 5;
const TTL_S = 6;

/** Takes the lock of the widget on this page, and never gives it back. */
async function takeLock(isStolen: boolean): Promise<void> {
  const name = Object.keys(localStorage).find((key) => /^foyer:\w+$/.test(key)) ?? "";
  await new Promise<void>((resolve) => {
    void navigator.locks.request(name, { steal: isStolen }, () => {
      resolve();
      return new Promise(() => {});
    });
  });
}

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
    watch,
  }) => {
    test.setTimeout(120_000);
    const product = await startProduct(["--session-ttl", String(TTL_S)]);
    const clientKey = await createKey(product, [site.origin]);
    const url = site.origin + site.publish({ body: tag(product.hub, clientKey) });
    await context.addInitScript(script);
    const refreshes: number[] = [];
    let guests = 0;
    context.on("response", (response) => {
      if (response.url().endsWith("/auth/refresh")) refreshes.push(response.status());
      if (response.url().endsWith("/auth/guest")) guests += 1;
    });
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
    const before = refreshes.length;
    const startedMs = Date.now();
    await expect
      .poll(() => refreshes.length - before, { timeout: 30_000 })
      .toBeGreaterThanOrEqual(3 * perExpiry);
    // A token is renewed when half of it is left, and once a second at the most.
    const expiries = (Date.now() - startedMs) / (TTL_S * 1000 * 0.4) + 1;
    expect(refreshes.length - before).toBeLessThanOrEqual(expiries * perExpiry);
    expect([new Set(refreshes), guests]).toEqual([new Set([200]), 1]);
    for (const chat of chats) {
      await expect(chat.answers).toHaveCount(1);
      await expect(chat.panel.getByRole("alert")).toBeEmpty();
    }
    for (const chat of chats.slice(-1)) {
      await chat.ask("still here?");
      await expect(chat.answers).toHaveCount(2);
    }
    expect(watch.errors).toEqual([]);
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
  await page.reload();
  await expect(chat.answers).toHaveCount(1, { timeout: 9_000 });
  await chat.ask("are you there?");
  await expect(chat.answers).toHaveCount(2);
  await expect(chat.questions).toHaveCount(2);
  await holder.close();
  expect(watch.errors).toEqual([]);
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
