// Starting and returning: the header's menu, the list of conversations, the saved transcript.
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { Page } from "playwright/test";
import { axe } from "./axe.ts";
import { type Chat, expect, isPanel, test } from "./fixtures.ts";

const more = (chat: Chat) => chat.panel.getByRole("button", { name: "More", exact: true });
const item = (chat: Chat, name: string) => chat.panel.getByRole("menuitem", { name });

async function choose(chat: Chat, name: string): Promise<void> {
  await more(chat).click();
  await item(chat, name).click();
}

async function say(chat: Chat, text: string, answers = 1): Promise<void> {
  await chat.ask(text);
  await expect(chat.answers).toHaveCount(answers);
  await expect(chat.stop).toHaveCount(0);
}

async function begin(visit: () => Promise<string>, chat: Chat): Promise<void> {
  await visit();
  await chat.launcher.click();
  await expect(chat.input).toBeFocused();
}

const echo = { attributes: 'data-agent="echo"' };
const focused = (page: Page) =>
  page.evaluate(() => {
    const active = document.querySelector("foyer-chat")?.shadowRoot?.activeElement;
    return active?.getAttribute("aria-label") ?? active?.textContent ?? null;
  });

test("the menu: keys, focus and what is off, as the menu button pattern says", async ({
  page,
  visit,
  chat,
}) => {
  await begin(() => visit(echo), chat);
  await more(chat).focus();
  await page.keyboard.press("Enter");
  await expect(chat.panel.getByRole("menu")).toBeVisible();
  await expect(more(chat)).toHaveAttribute("aria-expanded", "true");
  await expect(item(chat, "New conversation")).toHaveAttribute("aria-disabled", "true");
  expect(await focused(page)).toBe("New conversation");
  await page.keyboard.press("ArrowDown");
  expect(await focused(page)).toBe("Conversations");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  expect(await focused(page)).toBe("Download as JSON");
  await page.keyboard.press("c");
  expect(await focused(page)).toBe("Conversations");
  await page.keyboard.press("Escape");
  await expect(chat.panel.getByRole("menu")).toHaveCount(0);
  await expect(more(chat)).toBeFocused();
  await expect(more(chat)).toHaveAttribute("aria-expanded", "false");
  await expect(chat.panel).toBeVisible();
  await more(chat).click();
  await more(chat).click();
  await expect(chat.panel.getByRole("menu")).toHaveCount(0);
  await more(chat).click();
  await chat.input.click();
  await expect(chat.panel.getByRole("menu")).toHaveCount(0);
});

test("new conversation, and the old one is found again, renamed and deleted", async ({
  page,
  visit,
  chat,
}) => {
  await begin(() => visit(echo), chat);
  await say(chat, "first words");
  await choose(chat, "New conversation");
  await expect(chat.questions).toHaveCount(0);
  await expect(chat.input).toBeFocused();
  await say(chat, "second words");
  await expect(chat.questions).toHaveText(["second words"]);

  await choose(chat, "Conversations");
  const list = chat.panel.getByRole("region", { name: "Conversations" });
  const entries = list.getByRole("listitem");
  await expect(entries).toHaveCount(2);
  await expect(entries.nth(0)).toContainText("second words");
  await expect(entries.nth(0)).toContainText("Open now");
  await expect(list.getByRole("button", { name: "Back to the chat" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(list).toHaveCount(0);
  await expect(chat.input).toBeFocused();

  await choose(chat, "Conversations");
  await list.getByRole("button", { name: /^first words/ }).click();
  await expect(list).toHaveCount(0);
  await expect(chat.questions).toHaveText(["first words"]);
  await say(chat, "more of the first", 2);

  await choose(chat, "Conversations");
  await expect(entries.nth(0)).toContainText("first words");
  await list.getByRole("button", { name: "Rename first words" }).click();
  await list.getByRole("textbox", { name: "Title" }).fill("My order");
  await page.keyboard.press("Enter");
  await expect(entries.nth(0)).toContainText("My order");
  await expect(list.getByRole("button", { name: /^My order/ })).toBeFocused();
  await list.getByRole("button", { name: "Delete My order" }).click();
  await list.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(entries).toHaveCount(1);
  await expect(list.getByRole("button", { name: /^second words/ })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(chat.questions).toHaveCount(0);
});

test("the transcript is saved as text and as JSON, under a strict policy", async ({
  page,
  visit,
  chat,
  product,
}) => {
  const csp = `default-src 'none'; script-src ${product.hub}; connect-src ${product.hub}`;
  await begin(() => visit({ ...echo, isBare: true, headers: { "content-security-policy": csp } }), chat);
  await say(chat, "keep this");
  const save = async (name: string): Promise<{ name: string; text: string }> => {
    const download = page.waitForEvent("download");
    await choose(chat, name);
    const file = await download;
    return { name: file.suggestedFilename(), text: await readFile(await file.path(), "utf8") };
  };
  const text = await save("Download as text");
  expect(text.name).toMatch(/^conversation-\d{4}-\d\d-\d\d\.txt$/);
  expect(text.text).toMatch(/^Conversation with .+\nhttp.+\n\nYou, .+\nkeep this\n\n.+\nkeep this\n$/s);
  const json = await save("Download as JSON");
  expect(JSON.parse(json.text)).toMatchObject({
    is_complete: true,
    messages: [
      { role: "user", content: "keep this" },
      { role: "assistant", content: "keep this" },
    ],
  });
});

test("the list in each of its states", async ({ page, visit, chat, product }) => {
  await begin(() => visit(echo), chat);
  await choose(chat, "Conversations");
  const list = chat.panel.getByRole("region", { name: "Conversations" });
  await expect(list).toContainText("No conversations yet");
  await list.getByRole("button", { name: "Back to the chat" }).click();
  await say(chat, "hello");

  await page.route(`${product.hub}/api/v1/widget/threads*`, (route) => route.abort());
  await choose(chat, "Conversations");
  await expect(list.getByRole("alert")).toContainText("could not be loaded");
  await page.unroute(`${product.hub}/api/v1/widget/threads*`);
  await list.getByRole("button", { name: "Try again" }).click();
  await expect(list.getByRole("listitem")).toHaveCount(1);
});

test("the menu fetches what its items need before one is chosen, and nothing for somebody new", async ({
  page,
  visit,
  chat,
  watch,
}) => {
  await begin(() => visit(echo), chat);
  const names = new Set(["plain", "engine", "past", "conversations"]);
  const parts = (): string[] =>
    watch.requests.map((line) => basename(line, ".js")).filter((name) => names.has(name));
  await more(chat).click();
  await expect(item(chat, "Conversations")).toBeVisible();
  await page.keyboard.press("Escape");
  expect(parts()).toEqual([]);

  await say(chat, "hello");
  expect(parts()).toEqual(["plain"]);
  await more(chat).click();
  await expect.poll(parts).toEqual(["plain", "engine", "past"]);
  await item(chat, "New conversation").click();
  await expect(chat.questions).toHaveCount(0);
  expect(parts()).toEqual(["plain", "engine", "past"]);
  await choose(chat, "Conversations");
  await expect(chat.panel.getByRole("listitem")).toHaveCount(1);
  expect(parts()).toEqual(["plain", "engine", "past", "conversations"]);
  expect(watch.requests.filter(isPanel)).toHaveLength(1);
});

test("menu and list have no fault that axe finds, in light, dark and on a phone", async ({
  page,
  visit,
  chat,
}) => {
  await begin(() => visit(echo), chat);
  await say(chat, "hello");
  for (const [colorScheme, width] of [
    ["light", 1000],
    ["dark", 1000],
    ["light", 375],
  ] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width, height: 700 });
    const judge = async (what: string) => {
      // What fades in has its colours only at the end.
      await chat.panel.evaluate((panel) =>
        Promise.all(panel.getAnimations({ subtree: true }).map(({ finished }) => finished)),
      );
      expect([what, ...(await axe(page))]).toEqual([what]);
    };
    await more(chat).click();
    await expect(item(chat, "Conversations")).toBeVisible();
    await judge("menu");
    await item(chat, "Conversations").click();
    await expect(chat.panel.getByRole("listitem")).toHaveCount(1);
    await chat.panel.getByRole("button", { name: "Rename hello" }).click();
    await judge("rename");
    await page.keyboard.press("Escape");
    await chat.panel.getByRole("button", { name: "Delete hello" }).click();
    await judge("delete");
    await page.keyboard.press("Escape");
    await judge("list");
    await page.keyboard.press("Escape");
  }
});
