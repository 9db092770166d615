// Owns the states that the widget can be in and the guises it can have, for pictures and for proofs of all of them.
import type { BrowserContextOptions, Page } from "playwright/test";
import { type Chat, configure, PHONE } from "./fixtures.ts";

type Reach = (page: Page, chat: Chat) => Promise<void>;

export interface Guise extends BrowserContextOptions {
  head?: string;
}

const desktop = { viewport: { width: 900, height: 820 } };
const RTL = `<script>document.documentElement.dir = "rtl"; document.documentElement.lang = "ar"</script>`;
export const GUISES: Record<string, Guise> = {
  light: desktop,
  dark: { ...desktop, colorScheme: "dark" },
  phone: PHONE,
  "phone-dark": { ...PHONE, colorScheme: "dark" },
  rtl: { ...desktop, head: RTL },
  forced: { ...desktop, forcedColors: "active" },
  // A window of 1280 x 1024 at 200 %, and one of 320 px.
  zoom: { viewport: { width: 640, height: 512 }, deviceScaleFactor: 2 },
  narrow: { viewport: { width: 320, height: 640 } },
};

const LONG = "How do I add the widget, and what does it cost per month?";

const problem = (status: number, code: string, headers: Record<string, string> = {}) => ({
  status,
  headers: { "access-control-allow-origin": "*", "access-control-expose-headers": "*", ...headers },
  contentType: "application/problem+json",
  body: JSON.stringify({ type: "about:blank", title: code, status, code, detail: code }),
});

async function answered(chat: Chat, text: string): Promise<void> {
  await chat.ask(text);
  await chat.stop.waitFor();
  await chat.stop.waitFor({ state: "detached", timeout: 60_000 });
}

function message(index: number) {
  const isVisitor = index % 2 === 0;
  return {
    id: `m${index}`,
    role: isVisitor ? "user" : "assistant",
    content: isVisitor
      ? `Question number ${index}: do you have it in green?`
      : "Yes, in **three** sizes. It arrives within *two working days*, and returns are free.",
    created_at: new Date(1_760_000_000_000 + index * 60_000).toISOString(),
    state: index === 39 ? "failed" : "complete",
    run_id: null,
  };
}

/** Comes back to a conversation whose stored messages are the given ones. */
async function comeBack(page: Page, chat: Chat, fulfil: "never" | object[]): Promise<void> {
  await chat.launcher.click();
  await answered(chat, "hello");
  await page.route("**/threads/**", async (route) => {
    if (fulfil === "never") return;
    const headers = { "access-control-allow-origin": "*" };
    await route.fulfill({ headers, json: { messages: fulfil, has_more: false } });
  });
  // Small pages do not open it by themselves.
  await page.keyboard.press("Escape");
  await page.reload();
  await chat.launcher.click();
}

/** The invitation beside the launcher, once it is there. */
async function invited(page: Page, chat: Chat, look: Record<string, string>): Promise<void> {
  await configure(page, { ...look, teaser_delay: 1 });
  await page.goto(page.url());
  await chat.launcher.waitFor();
  await page.getByRole("region", { name: "Invitation to chat" }).getByRole("button").first().waitFor();
}

const CONVERSATION: Record<string, Reach> = {
  launcher: async (_page, chat) => chat.launcher.waitFor(),
  teaser: (page, chat) => invited(page, chat, { teaser: "Not sure about the size? I can help." }),
  "teaser-long": (page, chat) =>
    invited(page, chat, {
      teaser:
        "Not sure which size fits, or when it arrives? Ask me anything about your order, I answer at once.",
      launcher_label: "Ask Nova",
    }),
  welcome: async (_page, chat) => chat.launcher.click(),
  sending: async (page, chat) => {
    await page.route("**/connect", () => {});
    await chat.launcher.click();
    await chat.ask("Where is my order?");
  },
  thinking: async (_page, chat) => {
    await chat.launcher.click();
    await chat.ask("Where is my order?");
    await chat.panel.getByText("Looking up").waitFor();
  },
  streaming: async (_page, chat) => {
    await chat.launcher.click();
    await chat.ask(LONG);
    await chat.answers.locator("pre").waitFor();
  },
  answer: async (_page, chat) => {
    await chat.launcher.click();
    await answered(chat, LONG);
  },
  talk: async (_page, chat) => {
    await chat.launcher.click();
    await answered(chat, "hello");
    await answered(chat, "Where is my order?");
    await chat.input.fill("Can I switch plans later?");
  },
  "failed-answer": async (_page, chat) => {
    await chat.launcher.click();
    await answered(chat, "fail");
  },
  "failed-send": async (page, chat) => {
    await page.route("**/connect", (route) => route.fulfill(problem(400, "payload_too_large")));
    await chat.launcher.click();
    await chat.ask("Where is my order?");
    await chat.questions.getByRole("button", { name: "Remove" }).waitFor();
  },
  offline: async (page, chat) => {
    await chat.launcher.click();
    await answered(chat, "hello");
    await page.context().setOffline(true);
    await chat.ask("Where is my order?");
    await chat.questions.getByRole("button", { name: "Remove" }).waitFor();
  },
  "rate-limited": async (page, chat) => {
    await chat.launcher.click();
    await answered(chat, "hello");
    await page.route("**/connect", (route) =>
      route.fulfill(problem(429, "rate_limited", { "retry-after": "30" })),
    );
    await chat.ask("Where is my order?");
    await chat.panel.getByText("A lot is going on").waitFor();
  },
  blocked: async (page, chat) => {
    await page.route("**/auth/guest", (route) => route.fulfill(problem(403, "key_revoked")));
    await chat.launcher.click();
    await chat.ask("Where is my order?");
    await chat.panel.getByRole("alert").filter({ hasText: "not available" }).first().waitFor();
  },
  "history-loading": (page, chat) => comeBack(page, chat, "never"),
  "long-history": (page, chat) =>
    comeBack(
      page,
      chat,
      Array.from({ length: 40 }, (_, index) => message(index)),
    ),
  "too-long": async (_page, chat) => {
    await chat.launcher.click();
    await chat.input.fill("A long story. ".repeat(300));
  },
};

const button = (chat: Chat, name: string) => chat.panel.getByRole("button", { name, exact: true });

async function openMenu(chat: Chat): Promise<void> {
  await chat.launcher.click();
  await answered(chat, "hello");
  await button(chat, "More").click();
  await chat.panel.getByRole("menu").waitFor();
}

async function openList(chat: Chat, more: number): Promise<void> {
  await openMenu(chat);
  for (let count = 0; count < more; count++) {
    await chat.panel.getByRole("menuitem", { name: "New conversation" }).click();
    await answered(chat, "Where is my order, and what happens when the parcel does not arrive?");
    await button(chat, "More").click();
  }
  await chat.panel.getByRole("menuitem", { name: "Conversations" }).click();
  await chat.panel.getByRole("listitem").first().waitFor();
}

/** What comes with a press of a button, one state each. */
const PARTS: Record<string, Reach> = {
  everything: async (_page, chat) => {
    await chat.launcher.click();
    await answered(chat, "Show me everything");
    await chat.answers.last().hover();
    await chat.answers.getByRole("toolbar").waitFor();
  },
  menu: async (_page, chat) => openMenu(chat),
  "menu-sound": async (page, chat) => {
    await configure(page, { sound: true });
    await page.goto(page.url());
    await openMenu(chat);
    await chat.panel.getByRole("menuitemcheckbox", { name: "Sound" }).waitFor();
  },
  conversations: async (_page, chat) => openList(chat, 1),
  rename: async (_page, chat) => {
    await openList(chat, 1);
    await button(chat, "Rename hello").click();
  },
  delete: async (_page, chat) => {
    await openList(chat, 1);
    await button(chat, "Delete hello").click();
  },
  "no-conversations": async (_page, chat) => {
    await chat.launcher.click();
    await button(chat, "More").click();
    await chat.panel.getByRole("menuitem", { name: "Conversations" }).click();
    await chat.panel.getByText("No conversations yet").waitFor();
  },
  versions: async (_page, chat) => {
    await chat.launcher.click();
    await answered(chat, "hello");
    await chat.answers.last().hover();
    await button(chat, "Answer again").click();
    await chat.stop.waitFor({ state: "detached" });
    await chat.answers.last().hover();
    await button(chat, "Good answer").click();
  },
  comment: async (_page, chat) => {
    await chat.launcher.click();
    await answered(chat, "hello");
    await chat.answers.last().hover();
    await button(chat, "Bad answer").click();
    await chat.panel.getByRole("textbox", { name: "What was wrong?" }).waitFor();
  },
  edit: async (_page, chat) => {
    await chat.launcher.click();
    await answered(chat, "hello");
    await chat.questions.last().hover();
    await button(chat, "Edit message").click();
  },
  "row-focus": async (page, chat) => {
    await chat.launcher.click();
    await answered(chat, "Where is my order?");
    await page.keyboard.press("Shift+Tab");
    await chat.answers.getByRole("toolbar").waitFor();
  },
  "new-messages": async (page, chat) => {
    await comeBack(
      page,
      chat,
      Array.from({ length: 30 }, (_, index) => message(index)),
    );
    await chat.answers.first().waitFor();
    await chat.ask(LONG);
    await chat.answers.locator("pre").waitFor();
    await chat.log.evaluate((log) => log.scrollBy(0, -400));
    await button(chat, "New messages").waitFor();
  },
  unread: async (page, chat) => {
    await chat.launcher.click();
    await chat.ask("Where is my order?");
    await chat.answers.waitFor();
    await page.keyboard.press("Escape");
    await chat.launcher.locator("b").waitFor({ timeout: 30_000 });
  },
};

/** Who answers there: slow enough that a state in the middle of an answer is seen. */
export const AGENT = 'data-agent="unhurried"';

export const STATES: Record<string, Reach> = { ...CONVERSATION, ...PARTS };

/** Where a panel stands: attributes of the tag, and what the page has for it. */
export const MODES: Record<string, { attributes: string; body?: string }> = {
  side: { attributes: `${AGENT} data-mode="side"` },
  full: { attributes: `${AGENT} data-mode="full"` },
  inline: {
    attributes: `${AGENT} data-mode="inline" data-target="#chat"`,
    body: `<div id="chat" style="max-width:480px;height:560px"></div>`,
  },
};
