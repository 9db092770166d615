// By keyboard alone, with a screen reader's eyes, on a phone, and beside a page that listens to every key.
import type { Page } from "playwright/test";
import { axe } from "./axe.ts";
import { type Chat, expect, openOnPhone, tag, test } from "./fixtures.ts";

test("the whole chat by keyboard", async ({ page, visit, chat }) => {
  await visit();
  await expect(chat.launcher).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(chat.launcher).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(chat.input).toBeFocused();
  await page.keyboard.type("first line");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("second line");
  await expect(chat.input).toHaveValue("first line\nsecond line");
  await page.keyboard.press("Enter");
  await expect(chat.questions).toContainText("second line");
  await expect(chat.answers).toHaveCount(1);
  await page.keyboard.press("Escape");
  await expect(chat.panel).toHaveCount(0);
  await expect(chat.launcher).toBeFocused();
  await expect(chat.launcher).toHaveAttribute("aria-expanded", "false");
  await page.keyboard.press("Space");
  await expect(chat.input).toBeFocused();
  await expect(chat.questions).toHaveCount(1);
});

test("what was typed is there after closing and opening", async ({ page, visit, chat }) => {
  await visit();
  await chat.launcher.click();
  await chat.input.fill("half a thou");
  await page.keyboard.press("Escape");
  await expect(chat.panel).toHaveCount(0);
  await chat.launcher.click();
  await expect(chat.input).toHaveValue("half a thou");
});

test("hotkeys of the host page do not fire while a visitor types", async ({ page, visit, chat }) => {
  await visit({
    head: `<script>window.keys = []; addEventListener("keydown", (event) => keys.push(event.key));</script>`,
  });
  await chat.launcher.click();
  await chat.input.pressSequentially("gs/?");
  expect(await page.evaluate(() => (window as unknown as { keys: string[] }).keys)).toEqual([]);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing, ${colorScheme}: empty, answered, failed`, async ({ page, visit, chat }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await visit();
    await expect(chat.launcher).toBeVisible();
    expect(await axe(page)).toEqual([]);
    await chat.launcher.click();
    await expect(chat.input).toBeFocused();
    expect(await axe(page)).toEqual([]);
    await chat.ask("How do I add the widget, and what does it cost per month?");
    await expect(chat.answers.locator("table")).toBeVisible();
    await expect(chat.stop).toHaveCount(0);
    expect(await axe(page)).toEqual([]);
    await chat.ask("fail");
    await expect(chat.panel.getByRole("button", { name: "Retry" })).toBeVisible();
    expect(await axe(page)).toEqual([]);
  });
}

/** Keeps what the polite live region gets to say, in `window.said`. */
async function listen(page: Page, chat: Chat): Promise<() => Promise<string[]>> {
  // The node must be there before anything is said in it; the panel comes with the first click.
  await expect(chat.input).toBeFocused();
  await page.evaluate(() => {
    const said: string[] = [];
    const status = document
      .querySelector("foyer-chat")
      ?.shadowRoot?.querySelector("[role=dialog] > [role=status]");
    if (!status) throw new Error("no status node");
    new MutationObserver((records) => {
      for (const { target, addedNodes } of records)
        for (const { textContent } of target === status ? addedNodes : [target])
          if (textContent) said.push(textContent);
    }).observe(status, { childList: true, characterData: true, subtree: true });
    Object.assign(window, { said });
  });
  return () => page.evaluate(() => (window as unknown as { said: string[] }).said);
}

test("each answer is announced once, when it is complete", async ({ page, visit, chat }) => {
  await visit();
  await chat.launcher.click();
  const said = await listen(page, chat);
  await chat.ask("hello");
  await expect(chat.answers).toHaveCount(1);
  await expect(chat.stop).toHaveCount(0);
  await expect.poll(said).toEqual([expect.stringMatching(/^Hi there!.* for the rest\.$/)]);
  await chat.ask("fail");
  await expect(chat.panel.getByRole("alert")).toHaveText("That answer did not work out.");
  expect(await chat.log.getAttribute("aria-live")).toBe("off");
});

test("by sentence: each as it comes, whole, once; code as code", async ({ page, visit, chat }) => {
  await visit({ attributes: 'data-agent="unhurried" data-announce="sentence"' });
  await chat.launcher.click();
  const said = await listen(page, chat);
  await chat.ask("How do I add the widget, and what does it cost per month?");
  await expect.poll(said).toContainEqual(expect.stringContaining("that should have the chat:"));
  await expect(chat.stop, "the answer is still on its way").toBeVisible();
  await expect(chat.stop).toHaveCount(0);
  const all = (await said()).join(" ");
  expect(all).toMatch(
    /^Hi there! Adding the widget Paste one tag before <\/body>, on every page .* code Then do/,
  );
  expect(all).toMatch(/The setup guide explains how agents stream their answers\.$/);
  expect(all.split("Reload the page.")).toHaveLength(2);
  for (const sentence of await said()) expect(sentence).toMatch(/^[A-Z€]|^code$/);
});

test("off: failures only", async ({ page, visit, chat }) => {
  await visit({ attributes: 'data-agent="support" data-announce="off"' });
  await chat.launcher.click();
  const said = await listen(page, chat);
  await chat.ask("fail");
  await expect(chat.panel.getByRole("alert")).toHaveText("That answer did not work out.");
  expect(await said()).toEqual([]);
});

test("on a phone the panel is a full sheet with 16 px input, and the page behind does not scroll", async ({
  browser,
  site,
  product,
  clientKey,
}) => {
  const { context, chat } = await openOnPhone(browser, site, tag(product.hub, clientKey));
  await chat.launcher.tap();
  await expect(chat.panel).toHaveAttribute("aria-modal", "true");
  const settled = async () => (await chat.panel.boundingBox()) ?? null;
  await expect.poll(settled).toEqual({ x: 0, y: 0, width: 375, height: 740 });
  expect(await chat.input.evaluate((input) => getComputedStyle(input).fontSize)).toBe("16px");
  await chat.panel.getByRole("button", { name: "Close chat" }).tap();
  await expect(chat.panel).toHaveCount(0);
  await context.close();
});

test("a phone on its side, its keyboard open: the conversation has what is left while the visitor types", async ({
  browser,
  site,
  product,
  clientKey,
}) => {
  const { context, page, chat } = await openOnPhone(browser, site, tag(product.hub, clientKey));
  await page.setViewportSize({ width: 667, height: 375 });
  await chat.launcher.tap();
  await chat.ask("Where is my order?");
  await expect(chat.answers).toHaveCount(1);
  // What the visual viewport is then.
  await page.setViewportSize({ width: 667, height: 160 });
  await chat.input.fill("line\n".repeat(8));
  const close = chat.panel.getByRole("button", { name: "Close chat" });
  await expect(close).toBeHidden();
  const heightOf = async () => (await chat.log.boundingBox())?.height ?? 0;
  expect(await heightOf()).toBeGreaterThan(50);
  await chat.input.fill("");
  expect(await heightOf()).toBeGreaterThan(80);
  await chat.log.tap();
  await expect(close).toBeVisible();
  await context.close();
});

test("right to left when the page is", async ({ page, visit, chat }) => {
  await visit({ head: `<script>document.documentElement.dir = "rtl"</script>` });
  await chat.launcher.click();
  await expect(chat.input).toBeFocused();
  expect(await chat.panel.evaluate((panel) => getComputedStyle(panel).direction)).toBe("rtl");
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  await chat.ask("hello");
  await expect(chat.stop).toHaveCount(0);
  await chat.answers.hover();
  await chat.answers.getByRole("button", { name: "Bad answer" }).click();
  for (const name of ["Your message", "What was wrong?"]) {
    const field = chat.panel.getByRole("textbox", { name });
    // Empty it reads as the panel does, then as its text.
    await expect(field).toHaveCSS("direction", "rtl");
    await field.fill("in Latin letters");
    await expect(field).toHaveCSS("direction", "ltr");
  }
});
