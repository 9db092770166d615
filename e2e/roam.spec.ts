// The transcript by keyboard: one stop of the Tab key, from message to message, into one and back.
import type { Page } from "playwright/test";
import { type Chat, expect, test } from "./fixtures.ts";
import { AGENT, STATES } from "./states.ts";

/** What a screen reader says of the element with the focus. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const active = document.querySelector("foyer-chat")?.shadowRoot?.activeElement;
    return active?.getAttribute("aria-label") ?? active?.textContent ?? null;
  });
const isInView = (page: Page) =>
  page.evaluate(() => {
    const root = document.querySelector("foyer-chat")?.shadowRoot;
    const row = root?.activeElement?.getBoundingClientRect();
    const box = root?.querySelector("[role=log]")?.getBoundingClientRect();
    return !!row && !!box && row.bottom > box.top && row.top < box.bottom;
  });

async function talk(chat: Chat, ...texts: string[]): Promise<void> {
  await chat.launcher.click();
  for (const text of texts) {
    await chat.ask(text);
    await expect(chat.answers.last()).toContainText(text.replaceAll("*", ""));
    await expect(chat.stop).toHaveCount(0);
  }
}

/** Goes into the transcript, which puts the focus on its last message. */
async function enter(chat: Chat): Promise<void> {
  await chat.input.focus();
  await chat.input.press("Shift+Tab");
  await expect(chat.answers.last()).toBeFocused();
}

test("arrows, Home, End and the page keys go from message to message, who, when and what is its name", async ({
  page,
  visit,
  chat,
}) => {
  await visit({ attributes: 'data-agent="echo"' });
  await talk(chat, "one", "**two**", "three");
  await enter(chat);
  expect(await focused(page)).toMatch(/^Nova said, \d.*M: three$|^Echo said, \d.*: three$/);
  await page.keyboard.press("ArrowUp");
  expect(await focused(page)).toMatch(/^You said, \d.*: three$/);
  await page.keyboard.press("ArrowUp");
  expect(await focused(page)).toMatch(/said, \d.*: two$/);
  await page.keyboard.press("ArrowDown");
  expect(await focused(page)).toMatch(/^You said, \d.*: three$/);
  await page.keyboard.press("Home");
  await expect.poll(() => focused(page)).toMatch(/^You said, \d.*: one$/);
  await page.keyboard.press("PageDown");
  expect(await focused(page)).toMatch(/said, \d.*: three$/);
  await page.keyboard.press("PageUp");
  expect(await focused(page)).toMatch(/^You said, \d.*: one$/);
  await page.keyboard.press("End");
  await expect.poll(() => focused(page)).toMatch(/said, \d.*: three$/);
  // In between a message is named by who and when: its text is its content.
  for (const name of await chat.questions.evaluateAll((rows) => rows.map((row) => row.ariaLabel)))
    expect(name).toMatch(/^You said, [^:]*:[^:]*$/);
  await expect(chat.answers.last()).toHaveCSS("outline-width", "2px");
});

test("one stop: Tab goes past all other messages, Enter and Tab go into one, Escape comes back", async ({
  page,
  visit,
  chat,
}) => {
  await visit({ attributes: 'data-agent="echo"' });
  await talk(
    chat,
    "see https://example.com/one for **more**",
    "see https://example.com/two for **more**",
    "end",
  );
  await chat.panel.getByRole("button", { name: "Close chat" }).focus();
  await page.keyboard.press("Tab");
  await expect(chat.answers.last()).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(chat.answers.last().getByRole("button", { name: "Copy answer" })).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(chat.input).toBeFocused();
  await page.keyboard.press("Shift+Tab");
  await expect(chat.answers.last()).toBeFocused();

  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  const answer = chat.answers.nth(1);
  await expect(answer).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(answer.getByRole("link")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(answer).toBeFocused();
  await expect(chat.panel).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(answer.getByRole("button", { name: "Copy answer" })).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await expect(answer.getByRole("button", { name: "Good answer" })).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await expect(chat.questions.nth(1)).toBeFocused();
  await page.keyboard.press("Shift+Tab");
  await expect(chat.panel.getByRole("button", { name: "Close chat" })).toBeFocused();
});

test("the message that had the focus last has it again, until there is a newer one", async ({
  page,
  visit,
  chat,
}) => {
  await visit({ attributes: 'data-agent="echo"' });
  await talk(chat, "one", "see https://example.com/two for **more**");
  await enter(chat);
  await page.keyboard.press("Home");
  await expect(chat.questions.first()).toBeFocused();
  await page.keyboard.press("Shift+Tab");
  await expect(chat.panel.getByRole("button", { name: "Close chat" })).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(chat.questions.first()).toBeFocused();
  await chat.input.focus();
  await page.keyboard.press("Shift+Tab");
  await expect(chat.questions.first()).toBeFocused();
  await chat.ask("three");
  await expect(chat.answers).toHaveCount(3);
  await expect(chat.stop).toHaveCount(0);
  await page.keyboard.press("Shift+Tab");
  await expect(chat.answers.last()).toBeFocused();
});

test("a press with the mouse goes where it went, into a message too", async ({ page, visit, chat }) => {
  await visit({ attributes: 'data-agent="echo"' });
  await talk(chat, "one");
  await enter(chat);
  await chat.input.click();
  await chat.answers.last().getByRole("button", { name: "Good answer" }).click();
  await expect(chat.answers.last().getByRole("button", { name: "Good answer" })).toBeFocused();
  await chat.questions.last().hover();
  await chat.questions.last().getByRole("button", { name: "Edit message" }).click();
  const field = chat.questions.last().getByRole("textbox");
  await expect(field).toBeFocused();
  await chat.input.last().click();
  await field.click();
  await expect(field).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(chat.questions.last().getByRole("button", { name: "Edit message" })).toBeFocused();
});

test("in a long conversation the rows that are not in the page yet are reached too", async ({
  page,
  visit,
  chat,
}) => {
  await visit({ attributes: AGENT });
  await STATES["long-history"]?.(page, chat);
  await expect(chat.answers.last()).toContainText("three");
  await enter(chat);
  for (let number = 38; number >= 8; number -= 2) {
    await page.keyboard.press("ArrowUp");
    if (number < 38) await page.keyboard.press("ArrowUp");
    await expect.poll(() => focused(page)).toContain(`Question number ${number}:`);
    expect(await isInView(page)).toBe(true);
  }
  await page.keyboard.press("Home");
  await expect.poll(() => focused(page)).toContain("Question number 0:");
  await expect.poll(() => isInView(page)).toBe(true);
  await page.keyboard.press("End");
  await expect.poll(() => focused(page)).toContain("Yes, in three sizes.");
  await expect(chat.answers.last()).toBeFocused();
});

test("an empty conversation: its suggestions are stops of their own", async ({ page, visit, chat }) => {
  await visit();
  await chat.launcher.click();
  await chat.log.focus();
  await page.keyboard.press("Tab");
  await expect(chat.panel.getByRole("button", { name: "Where is my order?" })).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(chat.panel.getByRole("button", { name: /^How do I add/ })).toBeFocused();
});

test("code that grows is a stop of its own; once it stands, only what is wider than the panel is", async ({
  visit,
  chat,
}) => {
  await visit({ attributes: 'data-agent="unhurried"' });
  await chat.launcher.click();
  await chat.ask("How do I add the widget, and what does it cost per month?");
  const code = chat.answers.locator("pre");
  await expect(code).toHaveAttribute("tabindex", "0");
  await expect(chat.stop).toBeVisible();
  await expect(code).toHaveRole("region");
  await expect(chat.stop).toHaveCount(0, { timeout: 20_000 });
  const isWide = await code.evaluate((element) => element.scrollWidth > element.clientWidth);
  expect(await code.getAttribute("tabindex")).toBe(isWide ? "0" : null);
});

test("code that has the focus when it stands keeps it, and is no stop any more", async ({ visit, chat }) => {
  await visit({ attributes: 'data-agent="unhurried"' });
  await chat.launcher.click();
  await chat.ask("How do I add the widget, and what does it cost per month?");
  const code = chat.answers.locator("pre");
  await code.evaluate((element) => (element.style.fontSize = "1px"));
  await code.click();
  await expect(chat.stop).toHaveCount(0, { timeout: 20_000 });
  expect(await code.evaluate((element) => element.scrollWidth > element.clientWidth)).toBe(false);
  await expect(code).toBeFocused();
  await expect(code).toHaveAttribute("tabindex", "-1");
  await expect(code).not.toHaveAttribute("role");
});

test("a key pressed before the part that knows it has come moves the focus once it has", async ({
  page,
  visit,
  chat,
}) => {
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route(/\/actions\.js/, async (route) => {
    await held;
    await route.continue();
  });
  await visit({ attributes: 'data-agent="echo"' });
  await talk(chat, "one", "two");
  await chat.log.focus();
  await page.keyboard.press("Home");
  await expect(chat.log).toBeFocused();
  release();
  await expect.poll(() => focused(page)).toMatch(/^You said, \d.*: one$/);
});
