// A whole conversation in the engines that are not Chromium: the tag, the panel, an answer, the keyboard, the way back.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { expect, tag, test as base } from "../fixtures.ts";
import type { PageData } from "../site.ts";
import type { Engine } from "./engine.ts";
import { openFirefox } from "./firefox.ts";
import { openWebKit } from "./webkit.ts";

/** Notes what goes wrong on the page, from the beginning on. */
const WATCH = `<script nonce="x">
  window.wrong = [];
  for (const type of ["error", "unhandledrejection", "securitypolicyviolation"])
    addEventListener(type, (event) => wrong.push(type + " " + (event.message ?? event.reason ?? event.blockedURI)));
  console.error = (line) => wrong.push("console " + line);
</script>`;

interface Fixtures {
  /** Publishes a page with the tag and goes there. */
  start(engine: Engine, data?: PageData & { attributes?: string }): Promise<void>;
}

const test = base.extend<Fixtures>({
  start: async ({ site, product, clientKey }, use) => {
    await use(async (engine, { attributes, head = "", body = "", ...data } = {}) => {
      // One browser for all tests: each begins as a new visitor's.
      await engine.goto(site.origin + site.publish({}));
      await engine.run(() => [localStorage, sessionStorage].forEach((storage) => storage.clear()));
      const whole = body + tag(product.hub, clientKey, attributes);
      await engine.goto(site.origin + site.publish({ head: WATCH + head, body: whole, ...data }));
    });
  },
});

/** What a visitor could see of the widget, by selector below its shadow root. */
const look = (engine: Engine, selector: string) =>
  engine.run((wanted) => {
    const root = document.querySelector("foyer-chat")?.shadowRoot;
    return [...(root?.querySelectorAll<HTMLElement>(wanted) ?? [])].map((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      const isFocused = root?.activeElement === element;
      return { text: element.textContent, x: x + width / 2, y: y + height / 2, width, height, isFocused };
    });
  }, selector);

const count = async (engine: Engine, selector: string) => (await look(engine, selector)).length;

async function click(engine: Engine, selector: string): Promise<void> {
  await expect.poll(() => count(engine, selector)).toBeGreaterThan(0);
  const [first] = await look(engine, selector);
  await engine.click(first?.x ?? 0, first?.y ?? 0);
}

/** What a page may say of scripts: each lets the loader in, and with it its parts. */
const SCRIPT_POLICIES = {
  "the hub's origin": (hub: string) => `'unsafe-inline' ${hub}`,
  "a nonce": () => "'nonce-x'",
  "a nonce and strict-dynamic": () => "'nonce-x' 'strict-dynamic'",
};

const LAUNCHER = "button";
const PANEL = "[role=dialog]";
const INPUT = "[role=dialog] textarea";
const ANSWERS = "[role=log] .md";
const STOP = "[aria-label='Stop answering']";

const wrong = (engine: Engine) => engine.run(() => Reflect.get(window, "wrong") as string[]);
const typed = (engine: Engine) =>
  engine.run(
    () => document.querySelector("foyer-chat")?.shadowRoot?.querySelector("textarea")?.value ?? "no input",
  );

async function ask(engine: Engine, text: string): Promise<void> {
  await engine.type(text);
  await expect.poll(() => typed(engine)).toBe(text);
  await engine.press("Enter");
  await expect.poll(() => typed(engine)).toBe("");
}

async function openPanel(engine: Engine): Promise<void> {
  await click(engine, LAUNCHER);
  await expect.poll(async () => (await look(engine, INPUT))[0]?.isFocused).toBe(true);
}

/** A call as a page makes it. */
const tell = (engine: Engine, ...call: [name: string, ...args: unknown[]]) =>
  engine.run((queued) => void window.Foyer?.push(queued), call);

/** Rests until what moves has arrived. */
async function settled(engine: Engine, selector: string) {
  let before = "";
  await expect
    .poll(async () => {
      const now = JSON.stringify(await look(engine, selector));
      const isSame = now === before;
      before = now;
      return isSame;
    })
    .toBe(true);
  return (await look(engine, selector))[0];
}

for (const [name, launch] of [
  ["Firefox", openFirefox],
  ["WebKit", openWebKit],
] as const) {
  test.describe(name, () => {
    let engine: Engine;
    test.beforeAll(async () => {
      engine = await launch();
    });
    test.afterAll(() => engine.close());
    test.afterEach(async () => expect(await wrong(engine)).toEqual([]));
    /** Leaves a picture among the results, to be looked at. */
    const shoot = async (title: string) => {
      const path = test.info().outputPath(`${name} ${title}.png`);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, await engine.screenshot());
    };

    test("a question, its answer with a table, and the conversation after a reload", async ({ start }) => {
      await start(engine);
      await openPanel(engine);
      await ask(engine, "How do I add the widget, and what does it cost per month?");
      await expect.poll(() => count(engine, "[role=log] table")).toBe(1);
      await expect.poll(() => count(engine, STOP)).toBe(0);
      expect((await look(engine, ANSWERS)).at(-1)?.text).toContain("What it costs");
      await shoot("answer");
      // Left open, it opens by itself where there is room; else by the launcher.
      await engine.goto(await engine.run(() => location.href));
      await expect.poll(() => count(engine, LAUNCHER)).toBeGreaterThan(0);
      await tell(engine, "open");
      await expect.poll(() => count(engine, "[role=log] table")).toBe(1);
    });

    test("by keyboard: Enter opens with the focus in the input, Escape gives it back", async ({ start }) => {
      await start(engine, { body: "<button id=own>Of the page</button>" });
      await expect.poll(() => count(engine, LAUNCHER)).toBe(1);
      await engine.run(() => document.querySelector<HTMLElement>("#own")?.focus());
      await engine.press("Tab");
      await expect.poll(async () => (await look(engine, LAUNCHER))[0]?.isFocused).toBe(true);
      await engine.press("Enter");
      await expect.poll(async () => (await look(engine, INPUT))[0]?.isFocused).toBe(true);
      await engine.press("Escape");
      await expect.poll(async () => (await look(engine, LAUNCHER))[0]?.isFocused).toBe(true);
    });

    test("an answer is stopped, and another one asked for", async ({ start }) => {
      await start(engine, { attributes: 'data-agent="slow"' });
      await openPanel(engine);
      await ask(engine, "hello");
      await expect.poll(async () => (await look(engine, ANSWERS)).at(-1)?.text.length).toBeGreaterThan(5);
      await click(engine, STOP);
      await expect.poll(() => count(engine, STOP)).toBe(0);
      await engine.run(() =>
        document.querySelector("foyer-chat")?.shadowRoot?.querySelector("textarea")?.focus(),
      );
      await ask(engine, "once more");
      await expect.poll(() => count(engine, STOP)).toBe(1);
    });

    for (const [kind, scripts] of Object.entries(SCRIPT_POLICIES)) {
      test(`a strict policy with Trusted Types and ${kind} is not violated`, async ({ start, product }) => {
        const policy = `default-src 'none'; script-src ${scripts(product.hub)}; connect-src ${product.hub}; style-src 'none'; img-src data:; require-trusted-types-for 'script'`;
        await start(engine, {
          attributes: 'nonce="x" data-agent="support"',
          headers: { "content-security-policy": policy },
        });
        await openPanel(engine);
        await ask(engine, "How do I add the widget, and what does it cost per month?");
        await expect.poll(() => count(engine, "[role=log] table")).toBe(1);
        const panel = await settled(engine, PANEL);
        expect(panel?.width).toBeGreaterThan(300);
      });
    }

    test("code with its tools, right to left, in the dark", async ({ start }) => {
      await start(engine, {
        attributes: 'data-agent="echo"',
        head: "<script>document.documentElement.dir = 'rtl'; document.documentElement.dataset.theme = 'dark'</script>",
      });
      await openPanel(engine);
      await tell(engine, "send", "```js\nconst a = 1;\n```");
      await expect.poll(() => count(engine, "[role=log] .code button")).toBeGreaterThan(0);
      const [panel] = await look(engine, PANEL);
      const [launcher] = await look(engine, LAUNCHER);
      expect(Math.abs((panel?.x ?? 0) - (launcher?.x ?? 9999))).toBeLessThan(400);
      const background = await engine.run(() => {
        const found = document.querySelector("foyer-chat")?.shadowRoot?.querySelector(".panel");
        return found ? getComputedStyle(found).backgroundColor : "";
      });
      const [red = 255] = (background.match(/[\d.]+/g) ?? []).map(Number);
      expect(red, background).toBeLessThan(80);
      expect(background).not.toContain("0, 0, 0, 0");
      await shoot("dark, right to left");
    });

    test("destroy leaves the page as it was", async ({ start }) => {
      const traces = () =>
        engine.run(() => ({
          elements: document.documentElement.children.length,
          hosts: document.querySelectorAll("foyer-chat").length,
          global: typeof Reflect.get(window, "Foyer"),
          stored: localStorage.length + sessionStorage.length,
        }));
      await start(engine);
      await openPanel(engine);
      expect(await traces()).toEqual({ elements: 3, hosts: 1, global: "object", stored: 0 });
      await tell(engine, "destroy");
      expect(await traces()).toEqual({ elements: 2, hosts: 0, global: "undefined", stored: 0 });
    });
  });
}
