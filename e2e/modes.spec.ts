// What a panel is to assistive technology, by the way it stands on the page: read from the browser's own tree.
import type { BrowserContext, Page } from "playwright/test";
import { destroy, expect, openOnPhone, tag, test } from "./fixtures.ts";

interface Node {
  role: string;
  name: string;
  isModal: boolean;
}

/** Everything that is not ignored. */
async function treeOf(page: Page, context: BrowserContext): Promise<Node[]> {
  const session = await context.newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  await session.detach();
  return nodes
    .filter(({ ignored }) => !ignored)
    .map(({ role, name, properties = [] }) => ({
      role: String(role?.value),
      name: String(name?.value ?? ""),
      isModal: properties.some((property) => property.name === "modal" && property.value.value === true),
    }));
}

const LANDMARKS = new Set(["dialog", "main", "region"]);
const frameOf = (nodes: Node[]) => nodes.filter(({ role }) => LANDMARKS.has(role));
const canReachPage = (nodes: Node[]) =>
  nodes.some(({ role, name }) => role === "heading" && name === "Host page");
const focusedOf = (page: Page) =>
  page.evaluate(() => {
    const active = document.querySelector("foyer-chat")?.shadowRoot?.activeElement ?? document.activeElement;
    return active?.getAttribute("aria-label") ?? active?.tagName ?? null;
  });

/** What covers the page is a part of its own, which may come a moment after the sheet. */
const isCovered = (page: Page): Promise<void> => expect(page.locator("body")).toHaveJSProperty("inert", true);

test("floating: a dialog that is not modal; Tab goes on to the page", async ({
  page,
  context,
  visit,
  chat,
}) => {
  await visit();
  await chat.launcher.click();
  await expect(chat.input).toBeFocused();
  const tree = await treeOf(page, context);
  expect(frameOf(tree)).toEqual([{ role: "dialog", name: "Nova", isModal: false }]);
  expect(canReachPage(tree)).toBe(true);
  await page.keyboard.press("Escape");
  await expect(chat.panel).toHaveCount(0);
  await expect(chat.launcher).toBeFocused();
});

test("side: a dialog that is not modal", async ({ page, context, visit, chat }) => {
  await visit({ attributes: 'data-mode="side"' });
  await chat.launcher.click();
  await expect(chat.input).toBeFocused();
  const tree = await treeOf(page, context);
  expect(frameOf(tree)).toEqual([{ role: "dialog", name: "Nova", isModal: false }]);
  expect(canReachPage(tree)).toBe(true);
});

test("inline: a region of the page, with the page around it", async ({ page, context, visit }) => {
  await visit({
    body: `<div id="chat" style="height:500px"></div>`,
    attributes: 'data-mode="inline" data-target="#chat"',
  });
  await expect(page.getByRole("region", { name: "Nova" })).toBeVisible();
  const tree = await treeOf(page, context);
  expect(frameOf(tree)).toEqual([{ role: "region", name: "Nova", isModal: false }]);
  expect(canReachPage(tree)).toBe(true);
});

test("full page: the main part, and nothing behind it; the page is as it was afterwards", async ({
  page,
  context,
  visit,
  chat,
}) => {
  await visit({ attributes: 'data-mode="full"', body: "<button>Of the page</button>" });
  const before = await page.evaluate(() => document.body.outerHTML);
  await chat.launcher.click();
  await expect(page.getByRole("main", { name: "Nova" })).toBeVisible();
  await expect.poll(() => focusedOf(page)).toBe("Your message");
  await isCovered(page);
  const tree = await treeOf(page, context);
  expect(frameOf(tree)).toEqual([{ role: "main", name: "Nova", isModal: false }]);
  expect(canReachPage(tree)).toBe(false);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("main")).toHaveCount(0);
  await expect(chat.launcher).toBeFocused();
  expect(canReachPage(await treeOf(page, context))).toBe(true);
  expect(await page.evaluate(() => document.body.outerHTML)).toBe(before);
});

test("a phone's sheet: a modal dialog that keeps the focus, and gives it back", async ({
  browser,
  site,
  product,
  clientKey,
}) => {
  const body = `<button>Of the page</button>${tag(product.hub, clientKey)}`;
  const { context, page, chat } = await openOnPhone(browser, site, body);
  await chat.launcher.focus();
  await page.keyboard.press("Enter");
  await expect(chat.panel).toBeFocused();
  await isCovered(page);
  const tree = await treeOf(page, context);
  expect(frameOf(tree)).toEqual([{ role: "dialog", name: "Nova", isModal: true }]);
  expect(canReachPage(tree)).toBe(false);
  const stops = new Set<string | null>();
  for (let count = 0; count < 12; count++) {
    await page.keyboard.press("Tab");
    stops.add(await focusedOf(page));
  }
  expect([...stops]).toContain("Your message");
  // The browser's own bars are between the last stop and the first; the page is never.
  expect(await page.evaluate(() => document.activeElement?.textContent)).not.toContain("Of the page");
  expect([...stops]).not.toContain("Chat with Nova");
  await chat.input.focus();
  await page.keyboard.press("Escape");
  await expect(chat.panel).toHaveCount(0);
  await expect(chat.launcher).toBeFocused();
  expect(await page.evaluate(() => document.body.inert)).toBe(false);
  await chat.launcher.tap();
  await expect(chat.panel).toBeVisible();
  await destroy(page);
  expect(await page.evaluate(() => document.body.inert)).toBe(false);
  await context.close();
});

test("the system's way back leaves what is open in a phone's sheet, then the sheet, not the page", async ({
  browser,
  site,
  product,
  clientKey,
}) => {
  // A close request, as the gesture makes it: our own key handlers never see it.
  const head = `<script>addEventListener("keydown", (event) => event.isTrusted && event.stopImmediatePropagation(), true)</script>`;
  const { context, page, chat } = await openOnPhone(browser, site, head + tag(product.hub, clientKey));
  const back = () => page.keyboard.press("Escape");
  const menu = chat.panel.getByRole("menu");
  await chat.launcher.tap();
  await isCovered(page);
  await chat.panel.getByRole("button", { name: "More" }).tap();
  await expect(menu).toBeVisible();
  await back();
  await expect(menu).toHaveCount(0);
  await expect(chat.panel).toBeVisible();
  await back();
  await expect(chat.panel).toHaveCount(0);
  await chat.launcher.tap();
  await isCovered(page);
  await back();
  await expect(chat.panel).toHaveCount(0);
  await context.close();
});

test("a page that is out of reach already stays so", async ({ page, visit, chat }) => {
  await visit({ attributes: 'data-mode="full"' });
  await page.evaluate(() => (document.body.inert = true));
  await chat.launcher.click();
  await expect(page.getByRole("main")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("main")).toHaveCount(0);
  expect(await page.evaluate(() => document.body.inert)).toBe(true);
});
