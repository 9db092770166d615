// Pages that are hidden, left or frozen: the conversation is there again, and nothing is hammered.
import type { CDPSession, Page } from "playwright";
import { chatOn, createKey, expect, tag, test } from "./fixtures.ts";
import config from "./long.config.ts";
import { startProduct } from "./product.ts";
import { openSecond } from "./second-tab.ts";

// The browser driver switches the back/forward cache off by itself.
const { launchOptions } = config.use ?? {};
test.use({ launchOptions: { ...launchOptions, ignoreDefaultArgs: ["--disable-back-forward-cache"] } });

const isRefresh = (line: string): boolean => line.endsWith("/widget/auth/refresh");

/** What the page's own window and document say about being seen; the browser's tab stays in front. */
async function setVisibility(page: Page, state: "hidden" | "visible"): Promise<void> {
  await page.evaluate((value) => {
    Object.defineProperty(document, "visibilityState", { value, configurable: true });
    Object.defineProperty(document, "hidden", { value: value === "hidden", configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
    if (value === "visible") window.dispatchEvent(new Event("focus"));
  }, state);
}

const setLifecycle = (cdp: CDPSession, state: "frozen" | "active") =>
  cdp.send("Page.setWebLifecycleState", { state });

test("N20 R9 R10 hidden for ten minutes, then visible: one check, no burst", async ({
  page,
  visit,
  chat,
  watch,
}) => {
  await page.clock.install();
  await visit();
  await chat.launcher.click();
  await chat.ask("hello");
  await expect(chat.answers).toContainText("Hi there");
  await expect(chat.stop).toHaveCount(0);
  await setVisibility(page, "hidden");
  const before = watch.requests.length;
  await page.clock.runFor(10 * 60_000);
  expect(watch.requests.slice(before)).toEqual([]);
  await setVisibility(page, "visible");
  await page.evaluate(() => {
    window.dispatchEvent(new Event("online"));
    window.dispatchEvent(new PageTransitionEvent("pageshow"));
  });
  const refreshed = page.waitForResponse((response) => isRefresh(response.url()));
  await page.clock.runFor(2_000);
  expect((await refreshed).status()).toBe(200);
  await expect.poll(() => watch.requests.slice(before).filter(isRefresh).length).toBe(1);
  await page.clock.runFor(60_000);
  expect(watch.requests.slice(before).filter(isRefresh)).toHaveLength(1);
  expect(watch.requests.length - before).toBeLessThanOrEqual(2);
  await expect(chat.answers).toHaveCount(1);
  await chat.ask("still here?");
  await page.clock.runFor(2_000);
  await expect(chat.answers).toHaveCount(2);
  expect(watch.requests.slice(before).filter((line) => /auth|connect/.test(line))).toEqual([
    "POST /api/v1/widget/auth/refresh",
    "POST /api/v1/widget/connect",
  ]);
  expect(watch.errors).toEqual([]);
});

test("back from the back/forward cache it shows what was said meanwhile in another tab", async ({
  page,
  site,
  visit,
  chat,
  context,
}) => {
  const url = await visit();
  await chat.greet();
  await page.goto(site.origin + site.publish({}));
  const { second, other } = await openSecond(context, url);
  await other.ask("from the other tab");
  await expect(other.answers).toHaveCount(2);
  await expect(other.stop).toHaveCount(0);
  await page.goBack({ waitUntil: "commit" });
  await expect(chat.questions).toHaveCount(2);
  await expect(chat.answers).toHaveCount(2);
  await second.close();
});

test("N21 R11 back from the back/forward cache, twice: the same page, its transcript, its channel, one check", async ({
  page,
  site,
  visit,
  chat,
  context,
  watch,
}) => {
  await page.clock.install();
  const url = await visit();
  await chat.greet();
  await page.evaluate(() => {
    Object.assign(window, { isSamePage: true });
    addEventListener("pageshow", ({ persisted }) => Object.assign(window, { restored: persisted }));
  });
  const elsewhere = site.origin + site.publish({});
  for (const round of [1, 2]) {
    await page.evaluate(() => Object.assign(window, { restored: false }));
    // While the page is away its token ends: no timer rings, it can only see it when it is back.
    await page.clock.setSystemTime(Date.now() + round * 8 * 3_600_000);
    const before = watch.requests.length;
    if (round === 1) await page.goto(elsewhere);
    else await page.goForward({ waitUntil: "commit" });
    expect(page.url()).toBe(elsewhere);
    await page.goBack({ waitUntil: "commit" });
    expect(page.url()).toBe(url);
    expect(
      await page.evaluate(() => [Reflect.get(window, "isSamePage"), Reflect.get(window, "restored")]),
    ).toEqual([true, true]);
    // The first time nobody else has used what is stored; the engine, which comes then, looks what may have been said.
    const looks = round === 1 ? [] : [expect.stringMatching(/^GET .*\/messages$/)];
    await expect
      .poll(() => watch.requests.slice(before).filter((line) => !line.endsWith(".js")))
      .toEqual(["POST /api/v1/widget/auth/refresh", ...looks]);
    await expect(chat.answers).toHaveCount(1);
    await expect(chat.input).toBeVisible();
  }

  const { second, other } = await openSecond(context, url);
  await other.ask("from the other tab");
  await expect(chat.questions).toHaveCount(2);
  await expect(chat.answers).toHaveCount(2);
  expect(watch.requests.filter((line) => line.endsWith("/auth/refresh"))).toHaveLength(2);
  await second.close();
  expect(watch.errors).toEqual([]);
});

test("N22 R19 frozen while a refresh is answered: thawed, it gets the same pair, and nobody is logged out", async ({
  page,
  site,
  context,
  watch,
}) => {
  test.setTimeout(90_000);
  const product = await startProduct(["--session-ttl", "8"]);
  const clientKey = await createKey(product, [site.origin]);
  const cdp = await context.newCDPSession(page);
  const pairs: { sent: unknown; got: unknown }[] = [];
  await page.route("**/widget/auth/refresh", async (route) => {
    const response = await route.fetch();
    const isFirst = pairs.length === 0;
    pairs.push({
      sent: Reflect.get(Object(route.request().postDataJSON()), "refresh_token"),
      got: Reflect.get(Object(await response.json()), "refresh_token"),
    });
    if (!isFirst) return route.fulfill({ response });
    // The hub has turned the token over; what it says goes down with the frozen page's connection.
    await setLifecycle(cdp, "frozen");
    await route.abort("connectionreset");
    await setLifecycle(cdp, "active");
  });
  await page.goto(site.origin + site.publish({ body: tag(product.hub, clientKey) }));
  const chat = chatOn(page);
  await chat.greet();
  await expect.poll(() => pairs.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(2);
  expect(pairs[0]?.got).toMatch(/\w{20}/);
  expect(pairs[1]).toEqual(pairs[0]);
  await chat.ask("awake?");
  await expect(chat.answers).toHaveCount(2);
  await expect(chat.questions).toHaveCount(2);
  expect(watch.errors).toEqual([]);
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await page.close();
  await product.stop();
});
