// The whole way in a real browser, on two origins: tag, config, handshake, streamed answer, refresh.
import { chatOn, expect, test } from "./fixtures.ts";

test("a guest opens, asks, and sees the answer arrive piece by piece", async ({
  page,
  visit,
  chat,
  watch,
}) => {
  await visit({ attributes: 'data-agent="unhurried"' });
  await chat.launcher.click();
  await expect(chat.input).toBeFocused();
  expect(watch.requests).not.toContain("POST /api/v1/widget/auth/guest");

  await page.evaluate(() => {
    const lengths: number[] = [];
    const root = document.querySelector("foyer-chat")?.shadowRoot;
    if (!root) throw new Error("no shadow root");
    new MutationObserver(() => {
      const length = root.querySelector('[aria-label^="Nova said"] .words')?.textContent?.length ?? 0;
      if (length !== lengths.at(-1)) lengths.push(length);
    }).observe(root, { subtree: true, childList: true, characterData: true });
    Object.assign(window, { lengths });
  });
  await chat.ask("How do I add the widget, and what does it cost per month?");
  await expect(chat.input).toHaveValue("");
  await expect(chat.answers.locator("table")).toBeVisible();
  await expect(chat.answers.locator("pre")).toBeVisible();
  await expect(chat.answers.locator("a[href^='https:']")).toHaveAttribute("rel", /noopener/);
  await expect(chat.stop).toHaveCount(0);

  const lengths = await page.evaluate(() => (window as unknown as { lengths: number[] }).lengths);
  expect(lengths.length).toBeGreaterThan(20);
  expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
  expect(watch.errors).toEqual([]);
});

test("the conversation is still there after a reload", async ({ page, visit, chat }) => {
  await visit();
  await chat.launcher.click();
  await chat.ask("hello");
  await expect(chat.answers).toContainText("Hi there");
  await expect(chat.stop).toHaveCount(0);
  const answer = await chat.answers.first().locator(".words").textContent();

  await page.reload();
  await expect(chat.questions).toHaveCount(1);
  await expect(chat.questions).toContainText("hello");
  await expect(chat.answers).toHaveCount(1);
  await expect(chat.answers.first().locator(".words")).toHaveText(answer ?? "");

  await chat.ask("and again");
  await expect(chat.answers).toHaveCount(2);
});

test("a reload in the middle of an answer picks it up where it was", async ({ page, visit, chat }) => {
  await visit();
  await chat.launcher.click();
  await chat.ask("How do I add the widget, and what does it cost per month?");
  await expect(chat.answers.getByRole("heading").first()).toBeVisible();
  await page.reload();
  await expect(chat.answers.locator("table")).toBeVisible();
  await expect(chat.questions).toHaveCount(1);
  await expect(chat.stop).toHaveCount(0);
});

test("a logged-in visitor is greeted by name, before and after a reload", async ({
  page,
  product,
  chat: _chat,
}) => {
  const chat = chatOn(page);
  await page.goto(`${product.demo}/account`);
  await chat.launcher.click();
  await chat.ask("hello");
  await expect(chat.answers.last()).toContainText("Hi Ada");
  await expect(chat.stop).toHaveCount(0);

  const said = await chat.answers.count();

  await page.reload();
  await expect(chat.answers).toHaveCount(said);
  await chat.ask("hello again");
  await expect(chat.answers.last()).toContainText("Hi Ada");
});

test("a guest's chat is not shown to the person who logs in on the same browser", async ({
  page,
  product,
}) => {
  const chat = chatOn(page);
  await page.goto(product.demo);
  await chat.launcher.click();
  await chat.ask("hello, a guest speaking");
  await expect(chat.answers).toContainText("Hi there");
  await page.goto(`${product.demo}/account`);
  await expect(chat.input).toBeEditable();
  await chat.ask("hello");
  await expect(chat.answers.last()).toContainText("Hi Ada");
  await expect(chat.log).not.toContainText("a guest speaking");
});

test("Stop ends the answer on the hub and keeps what was said", async ({ visit, chat, watch }) => {
  await visit();
  await chat.launcher.click();
  await chat.ask("slow");
  await expect(chat.answers.locator(".words")).not.toBeEmpty();
  await chat.stop.click();
  await expect(chat.stop).toHaveCount(0);
  await expect(chat.answers).toContainText(/stopped/i);
  await expect.poll(() => watch.requests.some((line) => /POST .*\/cancel$/.test(line))).toBe(true);
  await chat.ask("hello");
  await expect(chat.answers).toHaveCount(2);
});

test("an agent that fails leaves its words, a reason and a Retry that works", async ({ visit, chat }) => {
  await visit();
  await chat.launcher.click();
  await chat.ask("fail");
  await expect(chat.panel.getByRole("button", { name: /retry|try again/i })).toBeVisible();
  await expect(chat.questions).toContainText("fail");
  await expect(chat.input).toBeEditable();
  await chat.ask("hello");
  await expect(chat.answers.last()).toContainText("Hi there");
});

test("nothing is stored and no identity exists before the first message", async ({
  page,
  visit,
  chat,
  context,
  watch,
}) => {
  await visit();
  await chat.launcher.click();
  await expect(chat.input).toBeFocused();
  await chat.input.fill("typed, not sent");
  const stored = () =>
    page.evaluate(() => [Object.keys(localStorage), Object.keys(sessionStorage), document.cookie]);
  expect(await stored()).toEqual([[], [], ""]);
  expect(await context.cookies()).toEqual([]);
  expect(watch.requests.filter((line) => !line.startsWith("GET"))).toEqual([]);

  await chat.input.press("Enter");
  await expect(chat.answers).toHaveCount(1);
  const [local] = await stored();
  expect(local).toHaveLength(1);
});
