// Owns what every browser test gets: a running product, a key, a site on another origin, and a watched page.
import {
  type Browser,
  type BrowserContext,
  test as base,
  expect,
  type Locator,
  type Page,
} from "playwright/test";
import { type Product, startProduct } from "./product.ts";
import { type PageData, type Site, startSite } from "./site.ts";

export { expect };

/** A secret key, or a JWT. */
const SECRET = /sk_(live|test)_\w|eyJ[\w-]{10,}\.[\w-]{10,}\./;

/** What a page did that a visitor or site owner could notice. */
export interface Watch {
  /** Console lines, `type: text`. */
  console: string[];
  /** Uncaught exceptions and unhandled rejections. */
  errors: string[];
  /** Requests to the hub, `METHOD /path`. */
  requests: string[];
}

interface WorkerFixtures {
  product: Product;
  site: Site;
  /** A widget key whose allowlist holds the site's origin. */
  clientKey: string;
}
interface TestFixtures {
  watch: Watch;
  /** Publishes a page with the tag (and more, if given) and goes there. */
  visit(data?: PageData & { attributes?: string; isUnlisted?: boolean }): Promise<string>;
  chat: Chat;
}

/** The widget as a visitor meets it: by role and name. */
export interface Chat {
  launcher: Locator;
  panel: Locator;
  input: Locator;
  log: Locator;
  ask(text: string): Promise<void>;
  /** Opens the panel, says hello and lets the first answer end. */
  greet(): Promise<void>;
  /** Asks what is answered with a table, lets that answer end and calls it a good one. */
  askAndRate(): Promise<void>;
  /** The visitor's messages so far. */
  questions: Locator;
  /** Answers of the agent so far. */
  answers: Locator;
  /** Shown while an answer is running. */
  stop: Locator;
}

export function chatOn(page: Page): Chat {
  const panel = page.getByRole("dialog");
  const input = panel.getByRole("textbox");
  const launcher = page.locator("foyer-chat > button, foyer-chat button").first();
  const answers = panel.getByRole("article", { name: /^(?!You).* said/ });
  const stop = panel.getByRole("button", { name: "Stop answering" });
  const ask = async (text: string): Promise<void> => {
    await input.fill(text);
    await input.press("Enter");
  };
  return {
    launcher,
    panel,
    input,
    log: panel.getByRole("log"),
    questions: panel.getByRole("article", { name: /^You said/ }),
    answers,
    stop,
    ask,
    greet: async () => {
      await launcher.click();
      await ask("hello");
      await expect(answers).toHaveCount(1);
      await expect(stop).toHaveCount(0);
    },
    askAndRate: async () => {
      await ask("How do I add the widget, and what does it cost per month?");
      await expect(answers.locator("table")).toBeVisible();
      await expect(stop).toHaveCount(0);
      await answers.hover();
      await answers.getByRole("button", { name: "Good answer" }).click();
    },
  };
}

/** A call of the management API. @throws Error with the answer when it is refused */
async function manage(product: Product, method: string, path: string, body: unknown): Promise<Response> {
  const response = await fetch(product.hub + path, {
    method,
    headers: { authorization: `Bearer ${product.secret_key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response;
}

export async function createKey(product: Product, allowlist: string[]): Promise<string> {
  const body = { name: "test", domain_allowlist: allowlist };
  const response = await manage(product, "POST", "/api/v1/widget-keys", body);
  const key: { public_key: string } = await response.json();
  return key.public_key;
}

const WORD_PAUSE_MS = 2;

/** Agents write faster than anyone reads, but for `slow`, `long`, and one more: `data-agent="unhurried"`, a `support`. */
async function setPaces(product: Product): Promise<void> {
  for (const { id, slug: script } of product.agents) {
    await manage(product, "PATCH", `/api/v1/agents/${id}`, {
      config: { script, word_pause_ms: WORD_PAUSE_MS },
    });
  }
  const unhurried = { name: "Nova", slug: "unhurried", kind: "scripted", config: { script: "support" } };
  await manage(product, "POST", "/api/v1/agents", unhurried);
}

/** A context like a phone in its owner's hand. */
export const PHONE = { viewport: { width: 375, height: 740 }, hasTouch: true, isMobile: true };

/** A page with this body, on a phone. Whoever asks for it closes the context. */
export async function openOnPhone(
  browser: Browser,
  site: Site,
  body: string,
): Promise<{ context: BrowserContext; page: Page; chat: Chat }> {
  const context = await browser.newContext(PHONE);
  const page = await context.newPage();
  await page.goto(site.origin + site.publish({ body }));
  return { context, page, chat: chatOn(page) };
}

/** The hub's config with this look on top. */
export async function configure(page: Page, look: Record<string, unknown>): Promise<void> {
  await page.route("**/widget/config*", async (route) => {
    const response = await route.fetch();
    const config = await response.json();
    await route.fulfill({ response, json: { ...config, branding: { ...config.branding, ...look } } });
  });
}

/** What the page calls to be rid of the widget. */
export const destroy = (page: Page): Promise<void> =>
  page.evaluate(() => (window as unknown as { Foyer: { destroy(): void } }).Foyer.destroy());

/** A script puts a tag into the page that is there; resolves when it ran. */
export const addTag = (page: Page, hub: string, key: string) =>
  page.evaluate(
    ([src, clientKey]) =>
      new Promise((resolve) => {
        const script = document.createElement("script");
        script.src = String(src);
        script.dataset["clientKey"] = String(clientKey);
        script.addEventListener("load", resolve, { once: true });
        document.head.append(script);
        script.remove();
      }),
    [`${hub}/foyer.js`, key],
  );

export const isPanel = (url: string): boolean => /\/panel\.js/.test(url);

export const tag = (hub: string, clientKey: string, attributes = 'data-agent="support"'): string =>
  `<script src="${hub}/foyer.js" data-client-key="${clientKey}" ${attributes} async></script>`;

/** A database is made: seconds, and a minute on a machine that is busy with much else. */
const START_TIMEOUT_MS = 180_000;

export const test = base.extend<TestFixtures, WorkerFixtures>({
  product: [
    async ({}, use) => {
      const product = await startProduct();
      await setPaces(product);
      await use(product);
      await product.stop();
    },
    { scope: "worker", timeout: START_TIMEOUT_MS },
  ],
  site: [
    async ({}, use) => {
      const site = await startSite();
      await use(site);
      await site.close();
    },
    { scope: "worker" },
  ],
  clientKey: [
    async ({ product, site }, use) => {
      await use(await createKey(product, [site.origin]));
    },
    { scope: "worker" },
  ],
  watch: async ({ page, product }, use) => {
    const watch: Watch = { console: [], errors: [], requests: [] };
    page.on("console", (message) => watch.console.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => watch.errors.push(String(error)));
    const urls: string[] = [];
    page.on("request", (request) => {
      const url = new URL(request.url());
      urls.push(url.href);
      if (url.origin === product.hub) watch.requests.push(`${request.method()} ${url.pathname}`);
    });
    await use(watch);
    // Whatever a test was about: no secret and no token in any line or address.
    expect([...watch.console, ...watch.errors, ...urls].filter((line) => SECRET.test(line))).toEqual([]);
  },
  visit: async ({ page, site, product, clientKey, watch: _watch }, use) => {
    await use(async ({ attributes, isUnlisted = false, body = "", ...data } = {}) => {
      const path = site.publish({ ...data, body: body + tag(product.hub, clientKey, attributes) });
      const url = (isUnlisted ? site.unlistedOrigin : site.origin) + path;
      await page.goto(url);
      return url;
    });
  },
  chat: async ({ page }, use) => use(chatOn(page)),
});
