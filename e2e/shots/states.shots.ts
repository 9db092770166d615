// Pictures of each state in each guise, for eyes: FOYER_SHOTS names the folder, else the system's temporary one.
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContextOptions, Page } from "playwright/test";
import { type Chat, chatOn, createKey, PHONE, tag, test } from "../fixtures.ts";

const folder = process.env["FOYER_SHOTS"] ?? join(tmpdir(), "foyer-shots");
mkdirSync(folder, { recursive: true });

interface Guise extends BrowserContextOptions {
  head?: string;
  /** CSS zoom of the page by the browser, as a smaller viewport with larger pixels. */
  pace?: number;
}

const desktop = { viewport: { width: 900, height: 820 } };
const RTL = `<script>document.documentElement.dir = "rtl"; document.documentElement.lang = "ar"</script>`;
const GUISES: Record<string, Guise> = {
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

async function settle(page: Page): Promise<void> {
  await page.waitForTimeout(700);
}

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
  await page.reload();
  await chat.launcher.click();
}

const STATES: Record<string, (page: Page, chat: Chat) => Promise<void>> = {
  launcher: async (_page, chat) => chat.launcher.waitFor(),
  welcome: async (_page, chat) => chat.launcher.click(),
  thinking: async (page, chat) => {
    await page.route("**/connect", () => {});
    await chat.launcher.click();
    await chat.ask("Where is my order?");
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
  },
  offline: async (page, chat) => {
    await chat.launcher.click();
    await answered(chat, "hello");
    await page.context().setOffline(true);
    await chat.ask("Where is my order?");
  },
  "rate-limited": async (page, chat) => {
    await chat.launcher.click();
    await answered(chat, "hello");
    await page.route("**/connect", (route) =>
      route.fulfill(problem(429, "rate_limited", { "retry-after": "30" })),
    );
    await chat.ask("Where is my order?");
  },
  blocked: async (page, chat) => {
    await page.route("**/auth/guest", (route) => route.fulfill(problem(403, "key_revoked")));
    await chat.launcher.click();
    await chat.ask("Where is my order?");
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

for (const [guise, { head = "", ...options }] of Object.entries(GUISES)) {
  for (const [state, reach] of Object.entries(STATES)) {
    test(`${guise} ${state}`, async ({ browser, site, product }) => {
      const clientKey = await createKey(product, [site.origin]);
      const context = await browser.newContext(options);
      const page = await context.newPage();
      await page.goto(site.origin + site.publish({ head, body: tag(product.hub, clientKey) }));
      await reach(page, chatOn(page));
      await settle(page);
      await page.screenshot({ path: join(folder, `${state}--${guise}.png`) });
      await context.close();
    });
  }
}
