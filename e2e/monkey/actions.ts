// Owns what a restless visitor may do next, one small thing at a time, as far as the page lets them.
import type { Locator, Page } from "playwright/test";
import { type Chat, PHONE } from "../fixtures.ts";

/** What the visitor has meant to say: each message by the mark that it begins with, `q12z`. */
export interface Memory {
  said: Set<string>;
  /** Taken back, or deleted with its conversation: it may be gone. */
  withdrawn: Set<string>;
  count: number;
}

export interface Tab {
  page: Page;
  chat: Chat;
  memory: Memory;
  random: () => number;
}

/** Does it and says what was done; null: it was not possible now. */
type Action = (tab: Tab) => Promise<string | null>;

/** What is not possible by then is left alone. */
export const PATIENCE = { timeout: 1500 };
const MOST_WORDS = 120;
const WORDS = ["blue", "**bold**", "`code`", "\n- one\n- two", "https://a.example/x", "מתי", "🙂", "| a |"];
const KEYS = ["Tab", "Shift+Tab", "ArrowUp", "ArrowDown", "Home", "End", "Enter", "Escape", " "];
const SIZES = [PHONE.viewport, { width: 1100, height: 760 }, { width: 640, height: 400 }];

export const pick = <T>(random: () => number, list: readonly T[]): T =>
  list[Math.floor(random() * list.length)] as T;

export const markOf = (text: string): string => /q\d+z/.exec(text)?.[0] ?? "";

/** Where a new message is written; beside it there may be the field of an edited one. */
export const composer = (chat: Chat): Locator =>
  chat.panel.getByRole("textbox", { name: "Your message", exact: true });

const isOpen = async ({ chat }: Tab): Promise<boolean> => (await chat.panel.count()) > 0;
const named = (within: Locator, name: string): Locator => within.getByRole("button", { name, exact: true });

/** False: it is not there, cannot be pressed, or went away meanwhile. */
const tried = (step: Promise<unknown>): Promise<boolean> =>
  step.then(
    () => true,
    () => false,
  );
const press = async (target: Locator): Promise<boolean> =>
  (await target.count()) > 0 && tried(target.first().click(PATIENCE));

function words({ random, memory }: Tab): string {
  memory.count += 1;
  const length = Math.floor(random() ** 3 * MOST_WORDS);
  const more = Array.from({ length }, () => pick(random, WORDS)).join(" ");
  return `q${memory.count}z ${more}`.trim();
}

/** Writes into a field and sends it. The field says whether that was taken: then it is empty, or gone. */
async function say(tab: Tab, field: Locator, what: string): Promise<string | null> {
  const text = words(tab);
  if (!(await tried(field.fill(text, PATIENCE))) || !(await tried(field.press("Enter", PATIENCE))))
    return null;
  const isTaken = (await field.count()) === 0 || (await field.inputValue(PATIENCE).catch(() => "")) === "";
  if (isTaken) tab.memory.said.add(markOf(text));
  return `${what} ${markOf(text)}${isTaken ? "" : ", which stays in the field"}`;
}

const ask: Action = async (tab) => ((await isOpen(tab)) ? say(tab, composer(tab.chat), "ask") : null);

const beginToWrite: Action = async (tab) =>
  (await isOpen(tab)) && (await tried(composer(tab.chat).fill(`draft ${tab.memory.count}`, PATIENCE)))
    ? "write without sending"
    : null;

/** Presses a button of some row, which comes with the pointer. */
const onRow =
  (rows: (chat: Chat) => Locator, name: string): Action =>
  async ({ chat, random }) => {
    const count = await rows(chat).count();
    if (count === 0) return null;
    const row = rows(chat).nth(Math.floor(random() * count));
    await tried(row.hover({ ...PATIENCE, force: true }));
    return (await press(named(row, name).filter({ visible: true }))) ? name : null;
  };

const edit: Action = async (tab) => {
  if ((await onRow((chat) => chat.questions, "Edit message")(tab)) === null) return null;
  const field = tab.chat.panel.getByRole("textbox", { name: "Your message, edited" });
  return (await say(tab, field, "edit to")) ?? "edit, and leave it";
};

/** Of a message that is not sent yet. */
const takeBack =
  (name: "Edit" | "Remove"): Action =>
  async ({ page, chat, memory }) => {
    const rows = chat.questions.filter({ has: page.getByRole("button", { name, exact: true }) });
    if ((await rows.count()) === 0) return null;
    const mark = markOf(
      (await rows
        .first()
        .textContent(PATIENCE)
        .catch(() => "")) ?? "",
    );
    if (mark === "" || !(await press(named(rows.filter({ hasText: mark }), name)))) return null;
    memory.withdrawn.add(mark);
    return `${name} ${mark}`;
  };

const button =
  (name: string): Action =>
  async ({ chat }) =>
    (await press(named(chat.panel, name))) ? name : null;

const menu =
  (item: string): Action =>
  async ({ chat }) => {
    if (!(await press(named(chat.panel, "More")))) return null;
    return (await press(chat.panel.getByRole("menuitem", { name: item }))) ? item : "menu";
  };

const openConversation: Action = async ({ chat, random }) => {
  const items = chat.panel.getByRole("listitem");
  const count = await items.count();
  if (count === 0) return null;
  return (await press(items.nth(Math.floor(random() * count)).getByRole("button")))
    ? "open a conversation"
    : null;
};

const deleteConversation: Action = async ({ chat, memory }) => {
  if (!(await press(chat.panel.getByRole("button", { name: /^Delete / })))) return null;
  if (!(await press(named(chat.panel, "Delete")))) return null;
  for (const mark of memory.said) memory.withdrawn.add(mark);
  return "delete a conversation";
};

const toggle: Action = async (tab) => {
  if (!(await isOpen(tab))) return (await press(tab.chat.launcher)) ? "open" : null;
  await tab.page.keyboard.press("Escape");
  return "Escape";
};

export const isOnline = (page: Page): Promise<boolean> => page.evaluate(() => navigator.onLine);

/** Offline there is no page to come back to. */
const reload: Action = async ({ page }) => {
  if (!(await isOnline(page))) return null;
  await page.reload();
  return "reload";
};

const connect =
  (isOff: boolean): Action =>
  async ({ page }) => {
    await page.context().setOffline(isOff);
    return isOff ? "offline" : "online";
  };

const resize: Action = async ({ page, random }) => {
  const size = pick(random, SIZES);
  await page.setViewportSize(size);
  return `${size.width} px wide`;
};

const pressKey: Action = async (tab) => {
  if (!(await isOpen(tab))) return null;
  const key = pick(tab.random, KEYS);
  await tab.page.keyboard.press(key);
  return `key ${key}`;
};

/** A moment of the real clock: what is under way goes on meanwhile. */
const look: Action = async ({ page, random }) => {
  const ms = Math.floor(random() * 800);
  await page.evaluate((delay) => new Promise((resolve) => setTimeout(resolve, delay)), ms);
  return `look for ${ms} ms`;
};

/** How often each is drawn, beside the others. */
const ACTIONS: readonly (readonly [number, Action])[] = [
  [14, ask],
  [2, beginToWrite],
  [4, button("Stop answering")],
  [6, edit],
  [4, onRow((chat) => chat.answers, "Answer again")],
  [3, onRow((chat) => chat.answers, "Good answer")],
  [2, onRow((chat) => chat.answers, "Bad answer")],
  [3, button("Previous version")],
  [3, button("Next version")],
  [3, button("Retry")],
  [2, button("Continue")],
  [2, takeBack("Edit")],
  [2, takeBack("Remove")],
  [3, menu("New conversation")],
  [3, menu("Conversations")],
  [3, openConversation],
  [1, deleteConversation],
  [2, button("Back to the chat")],
  [5, toggle],
  [3, reload],
  [2, connect(true)],
  [4, connect(false)],
  [2, resize],
  [5, pressKey],
  [8, look],
];
const TOTAL = ACTIONS.reduce((sum, [weight]) => sum + weight, 0);

/** Does one of all that. */
export function act(tab: Tab): Promise<string | null> {
  let left = tab.random() * TOTAL;
  const [, action] = ACTIONS.find(([weight]) => (left -= weight) < 0) ?? [0, look];
  return action(tab);
}
