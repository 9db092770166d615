// Several tabs of one browser, and pages that sleep: one session, one conversation, one logout.
import { expect, test } from "./fixtures.ts";
import { crash, openSecond } from "./second-tab.ts";

test("a second tab shows the answer while it is being written", async ({ page, visit, chat, context }) => {
  const url = await visit({ attributes: 'data-agent="unhurried"' });
  await chat.greet();
  const { second, other } = await openSecond(context, url);

  await chat.ask("How do I add the widget, and what does it cost per month?");
  await expect(other.questions).toHaveCount(2);
  await expect(other.stop).toBeVisible();
  await expect(chat.stop).toHaveCount(0, { timeout: 20_000 });
  await expect(other.stop).toHaveCount(0, { timeout: 20_000 });
  await expect(other.answers.last().locator(".words")).toHaveText(
    (await chat.answers.last().locator(".words").textContent()) ?? "",
  );
  await second.close();
  await expect(page.getByRole("dialog")).toBeVisible();
});

test("L1 a logout in one tab empties the other, and the session is over at the hub", async ({
  page,
  visit,
  chat,
  context,
}) => {
  const url = await visit();
  await chat.greet();
  const { second, other } = await openSecond(context, url);
  const revoked = page.waitForResponse((response) => response.url().endsWith("/widget/auth/logout"));
  await page.evaluate(() => (window as unknown as { Foyer: { logout(): void } }).Foyer.logout());
  expect((await revoked).status()).toBe(204);
  await expect(chat.questions).toHaveCount(0);
  await expect(other.questions).toHaveCount(0);
  expect(
    await second.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("foyer"))),
  ).toEqual([]);
  await second.close();
});

test("N22 a page that was frozen goes on when it is thawed", async ({
  page,
  visit,
  chat,
  context,
  watch,
}) => {
  await visit();
  await chat.greet();
  const cdp = await context.newCDPSession(page);
  await cdp.send("Page.setWebLifecycleState", { state: "frozen" });
  await cdp.send("Page.setWebLifecycleState", { state: "active" });
  await chat.ask("awake?");
  await expect(chat.questions).toHaveCount(2);
  await expect(chat.answers).toHaveCount(2);
  expect(watch.errors).toEqual([]);
});

test("N26 the tab that has a message to send crashes: the other one sends it within seconds, once", async ({
  page,
  visit,
  chat,
  context,
  watch,
}) => {
  const url = await visit();
  await chat.greet();
  const { second, other } = await openSecond(context, url);
  const headers = { "Access-Control-Allow-Origin": "*", "Retry-After": "120" };
  await page.route("**/widget/connect", (route) => route.fulfill({ status: 429, headers, json: {} }));
  await chat.ask("are you there?");
  await expect(chat.questions.last()).toContainText("Not sent yet");
  await expect(other.questions.last()).toContainText("Not sent yet");
  const sent = watch.requests.length;
  await crash(page);
  await expect(other.answers).toHaveCount(2, { timeout: 5_000 });
  await expect(other.stop).toHaveCount(0);
  await expect(other.questions).toHaveCount(2);
  expect(watch.requests.slice(sent).filter((line) => line.endsWith("/connect")).length).toBeLessThanOrEqual(
    1,
  );
  await second.close();
});

test("without BroadcastChannel a second tab shows what was said when the visitor comes back to it", async ({
  visit,
  chat,
  context,
}) => {
  await context.addInitScript("delete window.BroadcastChannel");
  const url = await visit();
  await chat.greet();
  const { second, other } = await openSecond(context, url);
  await chat.ask("are you there?");
  await expect(chat.answers).toHaveCount(2);
  await expect(chat.stop).toHaveCount(0);
  // Every page of a headless browser has the focus all the time.
  await second.evaluate(() => window.dispatchEvent(new Event("focus")));
  await expect(other.questions).toHaveCount(2);
  await expect(other.answers).toHaveCount(2);
  await second.close();
});

for (const [missing, script] of [
  ["Web Locks", "Object.defineProperty(Navigator.prototype, 'locks', { value: undefined })"],
  ["BroadcastChannel", "delete window.BroadcastChannel"],
] as const) {
  test(`N24 without ${missing} it works as ever`, async ({ page, visit, chat, watch }) => {
    await page.addInitScript(script);
    await visit();
    await chat.launcher.click();
    await chat.ask("hello");
    await expect(chat.answers).toContainText("Hi there");
    await page.reload();
    await expect(chat.answers).toHaveCount(1);
    expect(watch.errors).toEqual([]);
  });
}
