// What a visitor can do with turns that were said: by pointer, by keyboard, by touch.
import type { Page } from "playwright/test";
import { axe } from "./axe.ts";
import { expect, openOnPhone, tag, test } from "./fixtures.ts";

const ECHO = { attributes: 'data-agent="echo"' };
/** Where everything of the widget stands that is not one of the actions. */
const layout = (page: Page) =>
  page.evaluate(() =>
    [
      ...(document.querySelector("foyer-chat")?.shadowRoot?.querySelectorAll(".turn, .bubble, .md, footer") ??
        []),
    ]
      .map((element) => element.getBoundingClientRect())
      .map(({ x, y, width, height }) => [x, y, width, height]),
  );

test.describe("by pointer", () => {
  test.beforeEach(async ({ visit, chat }) => {
    await visit(ECHO);
    await chat.launcher.click();
    for (const text of ["one", "two"]) {
      await chat.ask(text);
      await expect(chat.answers.last()).toContainText(text);
      await expect(chat.stop).toHaveCount(0);
    }
  });

  test("actions come with the pointer, without moving anything, and only where it is", async ({
    page,
    chat,
  }) => {
    const bars = chat.panel.getByRole("toolbar");
    const before = await layout(page);
    await chat.questions.first().hover();
    await expect(bars).toHaveCount(2);
    await expect(chat.questions.first().getByRole("button", { name: "Edit message" })).toBeVisible();
    await expect(chat.answers.last().getByRole("button", { name: "Good answer" })).toBeVisible();
    expect(await layout(page)).toEqual(before);
    const sizes = await chat.panel
      .getByRole("toolbar")
      .getByRole("button")
      .evaluateAll((buttons) => buttons.map((button) => button.getBoundingClientRect()));
    for (const { width, height } of sizes) expect(Math.min(width, height)).toBeGreaterThanOrEqual(24);
    await chat.answers.first().hover();
    await expect(chat.questions.first().getByRole("toolbar")).toHaveCount(0);
    await expect(chat.answers.first().getByRole("button", { name: "Answer again" })).toHaveCount(0);
  });

  test("an answer given again is a version; the old one is a step away", async ({ chat }) => {
    const last = chat.answers.last();
    await last.hover();
    await last.getByRole("button", { name: "Answer again" }).click();
    await expect(last.getByRole("group", { name: "Version 2 of 2" })).toBeVisible();
    await expect(chat.answers).toHaveCount(2);
    await expect(chat.input).toBeFocused();
    await last.getByRole("button", { name: "Previous version" }).click();
    await expect(last.getByRole("group", { name: "Version 1 of 2" })).toBeVisible();
    await expect(last.getByRole("button", { name: "Previous version" })).toHaveAttribute(
      "aria-disabled",
      "true",
    );
  });

  test("an edited message is a version too; cancelling leaves everything as it was", async ({
    page,
    chat,
  }) => {
    const first = chat.questions.first();
    await first.hover();
    await first.getByRole("button", { name: "Edit message" }).click();
    const field = first.getByRole("textbox", { name: "Your message, edited" });
    await expect(field).toBeFocused();
    await expect(first.locator(".bubble")).toBeHidden();
    await field.fill("uno");
    await page.keyboard.press("Escape");
    await expect(chat.panel).toBeVisible();
    await expect(first).toContainText("one");
    await expect(first.getByRole("button", { name: "Edit message" })).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(field).toHaveValue("uno");
    await page.keyboard.press("Enter");
    await expect(chat.questions).toHaveCount(1);
    await expect(chat.answers).toHaveText(/uno/);
    await expect(chat.stop).toHaveCount(0);
    await first.hover();
    await first.getByRole("button", { name: "Previous version" }).click();
    await expect(chat.questions).toHaveCount(2);
    await expect(chat.answers.last()).toContainText("two");
  });

  test("a rating is kept, and a bad one may be explained", async ({ page, chat }) => {
    const last = chat.answers.last();
    await last.hover();
    const bad = last.getByRole("button", { name: "Bad answer" });
    await bad.click();
    const field = last.getByRole("textbox", { name: "What was wrong? (optional)" });
    await expect(field).toBeFocused();
    await field.fill("Too short");
    await field.press("Enter");
    await expect(bad).toBeFocused();
    await expect(bad).toHaveAttribute("aria-pressed", "true");
    await expect(last.getByRole("status")).toHaveText("Thank you");
    await page.reload();
    await chat.answers.last().hover();
    await expect(bad).toHaveAttribute("aria-pressed", "true");
    await bad.click();
    await expect(bad).toHaveAttribute("aria-pressed", "false");
  });
});

test("copying takes the markdown, and says so", async ({ page, visit, chat, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await visit(ECHO);
  await chat.launcher.click();
  await chat.ask("**bold**");
  await expect(chat.answers.locator("strong")).toBeVisible();
  await expect(chat.stop).toHaveCount(0);
  const last = chat.answers.last();
  await last.hover();
  await last.getByRole("button", { name: "Copy answer" }).click();
  await expect(last.getByRole("status")).toHaveText("Copied");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("**bold**");
});

test("where the clipboard is closed, the text is selected", async ({ page, visit, chat }) => {
  await page.addInitScript(() => {
    Object.defineProperty(navigator, "clipboard", { value: undefined });
  });
  await visit(ECHO);
  await chat.launcher.click();
  await chat.ask("hello");
  await expect(chat.answers).toContainText("hello");
  await expect(chat.stop).toHaveCount(0);
  await chat.answers.last().hover();
  await chat.answers.last().getByRole("button", { name: "Copy answer" }).click();
  await expect(chat.answers.last().getByRole("status")).toHaveText(/^Selected/);
});

test("by keyboard: one stop for a row's actions, arrows among them", async ({ page, visit, chat }) => {
  await visit(ECHO);
  await chat.launcher.click();
  await chat.ask("hello");
  await expect(chat.answers).toContainText("hello");
  await expect(chat.stop).toHaveCount(0);
  await page.keyboard.press("Shift+Tab");
  const again = chat.panel.getByRole("button", { name: "Answer again" });
  await expect(again).toBeVisible();
  const name = (text: string) => chat.answers.last().getByRole("button", { name: text });
  await page.keyboard.press("Tab");
  await expect(name("Copy answer")).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await expect(name("Good answer")).toBeFocused();
  await page.keyboard.press("Space");
  await expect(name("Good answer")).toHaveAttribute("aria-pressed", "true");
  await page.keyboard.press("End");
  await expect(again).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await expect(name("Copy answer")).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(chat.input).toBeFocused();
});

test("follow-up suggestions stand below the last answer and go with a click", async ({ visit, chat }) => {
  await visit();
  await chat.launcher.click();
  await chat.ask("Show me everything");
  const chip = chat.answers.last().getByRole("button", { name: "Cancel my order" });
  await expect(chip).toBeVisible({ timeout: 20_000 });
  await expect(chat.answers.last().getByRole("list", { name: "Sources" })).toBeVisible();
  await chip.click();
  await expect(chat.questions.last()).toContainText("Cancel my order");
  await expect(chip).toHaveCount(0);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing, ${colorScheme}: actions, edit field, comment`, async ({ page, visit, chat }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await visit(ECHO);
    await chat.launcher.click();
    await chat.ask("hello");
    await expect(chat.answers).toContainText("hello");
    await expect(chat.stop).toHaveCount(0);
    await chat.questions.first().hover();
    await chat.questions.getByRole("button", { name: "Edit message" }).click();
    await expect(chat.panel.getByRole("textbox", { name: "Your message, edited" })).toBeFocused();
    expect(await axe(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await chat.answers.getByRole("button", { name: "Bad answer" }).click();
    await expect(chat.panel.getByRole("textbox", { name: /What was wrong/ })).toBeFocused();
    expect(await axe(page)).toEqual([]);
  });
}

test("by touch: a tap on a row shows what can be done with it", async ({
  browser,
  site,
  product,
  clientKey,
}) => {
  const { context, chat } = await openOnPhone(browser, site, tag(product.hub, clientKey, ECHO.attributes));
  await chat.launcher.tap();
  await chat.ask("hello");
  await expect(chat.answers).toContainText("hello");
  await expect(chat.stop).toHaveCount(0);
  await chat.questions.first().tap();
  const edit = chat.questions.getByRole("button", { name: "Edit message" });
  await expect(edit).toBeVisible();
  const box = await edit.boundingBox();
  expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(40);
  await context.close();
});
