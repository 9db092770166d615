// How the widget stands on a page and takes its colours: modes, own buttons, light and dark, what the page may style.
import type { Page } from "playwright/test";
import { destroy, expect, test } from "./fixtures.ts";

const box = (page: Page, selector: string) => page.locator(`foyer-chat ${selector}`).boundingBox();
const schemeOf = (page: Page) =>
  page.locator("foyer-chat .foyer").evaluate((element) => element.getAttribute("data-scheme"));

test("inline: in the page's container, open at once, no launcher, no stolen focus, no dialog", async ({
  page,
  visit,
  chat,
  watch,
}) => {
  await visit({
    body: `<div id="chat" style="width:360px;height:500px"></div>`,
    attributes: 'data-mode="inline" data-target="#chat"',
  });
  const region = page.getByRole("region", { name: "Nova" });
  await expect(region).toBeVisible();
  expect(await region.boundingBox()).toMatchObject({ width: 360, height: 500 });
  await expect(chat.launcher).toBeHidden();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Close chat" })).toHaveCount(0);
  expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true);
  expect(await page.locator("#chat > foyer-chat").count()).toBe(1);
  await region.getByRole("textbox").fill("hello");
  await region.getByRole("textbox").press("Enter");
  await expect(region.getByRole("log")).toContainText("Hi there");
  await page.keyboard.press("Escape");
  await expect(region).toBeVisible();
  await destroy(page);
  expect(await page.locator("#chat").innerHTML()).toBe("");
  expect(watch.console).toEqual([]);
});

test("inline: a container without a height gets one; on a phone it stays in its place", async ({
  page,
  visit,
}) => {
  await page.setViewportSize({ width: 375, height: 700 });
  await visit({ body: `<div id="chat"></div>`, attributes: 'data-target="#chat"' });
  await expect.poll(async () => (await box(page, "section"))?.height).toBe(600);
  expect(await page.evaluate(() => document.documentElement.style.overflow)).toBe("");
});

test("inline: without the container it floats, and the console says why", async ({
  page,
  visit,
  chat,
  watch,
}) => {
  await visit({ attributes: 'data-target="#nowhere"' });
  await chat.launcher.click();
  await expect(chat.panel).toBeVisible();
  await expect.poll(() => watch.console.join()).toContain("[foyer] target_not_found");
  expect(await page.locator("html > foyer-chat").count()).toBe(1);
});

test("side: as high as the window, at the launcher's side, the page can still be used", async ({
  page,
  visit,
  chat,
}) => {
  await page.setViewportSize({ width: 1200, height: 700 });
  await visit({ attributes: 'data-mode="side"' });
  await chat.launcher.click();
  await expect.poll(() => box(page, "section")).toEqual({ x: 800, y: 0, width: 400, height: 700 });
  await expect(chat.panel).not.toHaveAttribute("aria-modal", "true");
  await page.keyboard.press("Escape");
  await expect(chat.panel).toHaveCount(0);
  await expect(chat.launcher).toBeFocused();
});

test("a greeting that is higher than the panel is read from its beginning", async ({ page, visit, chat }) => {
  await page.setViewportSize({ width: 640, height: 440 });
  await visit();
  await chat.launcher.click();
  await expect(chat.input).toBeFocused();
  expect(await chat.log.evaluate((log) => [log.scrollTop, log.scrollHeight > log.clientHeight])).toEqual([
    0,
    true,
  ]);
});

test("its size: by dragging the corner and by arrow keys, within limits, kept while the page lives", async ({
  page,
  visit,
  chat,
}) => {
  await page.setViewportSize({ width: 1000, height: 900 });
  await visit();
  await chat.launcher.click();
  await expect.poll(() => box(page, "section")).toEqual({ x: 576, y: 124, width: 400, height: 680 });
  const handle = chat.panel.getByRole("button", { name: /^Resize/ });
  await chat.log.hover();
  await expect(handle).toBeAttached();
  await page.mouse.move(588, 136);
  await page.mouse.down();
  await page.mouse.move(488, 236);
  await page.mouse.up();
  await expect.poll(() => box(page, "section")).toEqual({ x: 476, y: 224, width: 500, height: 580 });
  await handle.focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowUp");
  await expect.poll(() => box(page, "section")).toEqual({ x: 492, y: 208, width: 484, height: 596 });
  await page.keyboard.press("Escape");
  await expect(chat.panel).toHaveCount(0);
  await chat.launcher.click();
  await expect.poll(() => box(page, "section")).toEqual({ x: 492, y: 208, width: 484, height: 596 });
  await chat.log.hover();
  await handle.focus();
  for (let step = 0; step < 40; step++) await page.keyboard.press("ArrowRight");
  expect((await box(page, "section"))?.width).toBe(320);
  expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([]);
  await page.setViewportSize({ width: 375, height: 700 });
  await expect(handle).toBeHidden();
});

test("on paper there is neither launcher nor panel", async ({ page, visit, chat }) => {
  await visit();
  await expect(chat.launcher).toBeVisible();
  await page.emulateMedia({ media: "print" });
  await expect(chat.launcher).toBeHidden();
  await page.emulateMedia({ media: "screen" });
  await chat.launcher.click();
  await expect(chat.input).toBeFocused();
  await page.emulateMedia({ media: "print" });
  await expect(chat.launcher).toBeHidden();
  await expect(chat.panel).toBeHidden();
});

test("full: the whole page, text in a column", async ({ page, visit, chat }) => {
  await page.setViewportSize({ width: 1200, height: 700 });
  await visit({ attributes: 'data-mode="full"' });
  await chat.launcher.click();
  await expect.poll(() => box(page, "section")).toEqual({ x: 0, y: 0, width: 1200, height: 700 });
  const field = await box(page, ".composer");
  expect(field?.width).toBeLessThanOrEqual(740);
});

test("the page's own button: opens and closes, gets the focus back, is given back unchanged", async ({
  page,
  visit,
  chat,
}) => {
  await visit({
    body: `<a id="help" href="#elsewhere">Help</a>`,
    attributes: 'data-launcher="#help"',
  });
  const help = page.locator("#help");
  await expect(help).toHaveAttribute("aria-expanded", "false");
  await expect(chat.launcher).toBeHidden();
  await help.click();
  await expect(chat.input).toBeFocused();
  await expect(help).toHaveAttribute("aria-expanded", "true");
  expect(new URL(page.url()).hash).toBe("");
  // No launcher to leave room for.
  await expect.poll(async () => (await box(page, "section"))?.height).toBe(680);
  await page.keyboard.press("Escape");
  await expect(help).toBeFocused();
  await destroy(page);
  await expect(help).not.toHaveAttribute("aria-expanded");
});

test("auto scheme: the page's own word wins over the system, and its changes are followed", async ({
  page,
  visit,
  chat,
}) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await visit();
  await chat.launcher.click();
  await expect.poll(() => schemeOf(page)).toBe("dark");
  await page.evaluate(() => document.documentElement.style.setProperty("color-scheme", "light"));
  await expect.poll(() => schemeOf(page)).toBe("light");
  await page.evaluate(() => document.documentElement.style.removeProperty("color-scheme"));
  await expect.poll(() => schemeOf(page)).toBe("dark");
  await page.emulateMedia({ colorScheme: "light" });
  await expect.poll(() => schemeOf(page)).toBe("light");
  await page.evaluate(() => document.documentElement.classList.add("dark"));
  await expect.poll(() => schemeOf(page)).toBe("dark");
});

/** What the page writes, the element in the widget, and the property and value that come of it. */
test("forced colours: edges come with them, also while the panel is open, and are not loaded before", async ({
  page,
  visit,
  chat,
  watch,
}) => {
  const edge = () => chat.panel.evaluate((panel) => getComputedStyle(panel).borderTopWidth);
  const loads = () => watch.requests.filter((line) => line.endsWith("/forced-colors.js")).length;
  await visit();
  await chat.launcher.click();
  await expect(chat.input).toBeFocused();
  expect([await edge(), loads()]).toEqual(["0px", 0]);
  await page.emulateMedia({ forcedColors: "active" });
  await expect.poll(edge).toBe("1px");
  await page.emulateMedia({ forcedColors: "none" });
  await expect.poll(edge).toBe("0px");
  await page.emulateMedia({ forcedColors: "active" });
  await expect.poll(edge).toBe("1px");
  expect(loads()).toBe(1);
});
