// Budgets in bytes, requests, elements, frames and shifts. What depends on the machine's speed is in the bench.
import { get } from "node:http";
import { basename } from "node:path";
import type { Page } from "playwright/test";
import { expect, isPanel, test } from "./fixtures.ts";

// Each file's own budget is in chunks.spec.ts.
const LOADER_BYTES = 2500;
const OPEN_PANEL_BYTES = 26_000;
/** Everything that a new guest loads for a question and its answer in plain words. */
const PLAIN_CONVERSATION_BYTES = 30_000;
/** Bytes of a file as the hub sends it to a browser that takes brotli. */
function brotliBytes(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { headers: { "accept-encoding": "br" } }, (response) => {
      let bytes = 0;
      response.on("data", (chunk: Buffer) => (bytes += chunk.length));
      response.on("end", () =>
        response.headers["content-encoding"] === "br"
          ? resolve(bytes)
          : reject(new Error(`${url} is not compressed`)),
      );
    }).on("error", reject);
  });
}

const filesOf = (requests: string[]): string[] =>
  [...new Set(requests.filter((line) => /\.(js|css)$/.test(line)))].map((line) => line.replace("GET ", ""));

test("weight: the loader with its launcher, and everything an open panel has loaded", async ({
  visit,
  chat,
  watch,
  product,
}) => {
  await visit({ attributes: 'data-agent="echo"' });
  await chat.launcher.click();
  await expect(chat.input).toBeFocused();
  const files = filesOf(watch.requests);
  const sizes = new Map<string, number>();
  const total = async (): Promise<number> => {
    for (const file of files) sizes.set(file, sizes.get(file) ?? (await brotliBytes(product.hub + file)));
    const sum = [...sizes.values()].reduce((whole, bytes) => whole + bytes, 0);
    console.log("brotli bytes:", Object.fromEntries(sizes), "total", sum);
    return sum;
  };
  expect(files.length).toBeGreaterThan(1);
  expect(await total()).toBeLessThanOrEqual(OPEN_PANEL_BYTES);
  expect(sizes.get("/foyer.js")).toBeLessThanOrEqual(LOADER_BYTES);

  /** Names of the files that came since. */
  const added = (): string[] => {
    const later = filesOf(watch.requests).filter((file) => !files.includes(file));
    files.push(...later);
    return later.map((file) => basename(file, ".js")).toSorted();
  };
  await chat.ask("good morning");
  await expect(chat.answers).toContainText("good morning");
  await expect(chat.stop).toHaveCount(0);
  const plain = added();
  expect(await total()).toBeLessThanOrEqual(PLAIN_CONVERSATION_BYTES);
  await chat.ask("**good** morning");
  await expect(chat.answers.locator("strong")).toBeVisible();
  const marked = added();
  await chat.ask("```js\nlet x\n```");
  await expect(chat.answers.getByRole("button", { name: /copy/i })).toBeVisible();
  const coded = added();
  await chat.answers.last().hover();
  await expect(chat.answers.last().getByRole("button", { name: "Good answer" })).toBeVisible();
  const acted = added();
  expect(
    watch.requests.filter(isPanel),
    "a part that asks for the panel gets the one that is there",
  ).toHaveLength(1);
  expect(plain).toEqual(["plain"]);
  expect(marked).toEqual(["stream"]);
  expect(coded).toEqual(["code-tools"]);
  // The pointer brings the handle for resizing too.
  expect(acted).toContain("actions");
});

/** Presses the launcher and answers the files and calls that were asked for before there was an input to type in. */
const openAndCount = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const root = document.querySelector("foyer-chat")?.shadowRoot;
    if (!root) throw new Error("no shadow root");
    const usableAt = new Promise<number>((resolve) => {
      new MutationObserver(() => {
        if (root.querySelector("textarea:enabled")) resolve(performance.now());
      }).observe(root, { childList: true, subtree: true });
    });
    root.querySelector("button")?.click();
    const limit = await usableAt;
    return performance
      .getEntriesByType("resource")
      .filter((entry) => entry.startTime <= limit && !entry.name.startsWith("data:"))
      .map((entry) => new URL(entry.name).pathname);
  });

test("requests: two before the launcher shows, three more at most until the panel is usable", async ({
  page,
  visit,
  chat,
  watch,
}) => {
  await visit();
  await expect(chat.launcher).toBeVisible();
  expect(await openAndCount(page)).toHaveLength(3);
  await chat.ask("hello");
  await expect(chat.stop).toHaveCount(0);
  await expect(chat.answers).toHaveCount(1);
  await page.keyboard.press("Escape");

  watch.requests.length = 0;
  await page.reload();
  await expect(chat.launcher).toBeVisible();
  expect(watch.requests.filter((line) => !isPanel(line))).toEqual([
    "GET /foyer.js",
    "GET /api/v1/widget/config",
  ]);
  expect((await openAndCount(page)).length).toBeLessThanOrEqual(5);
  await expect(chat.answers).toHaveCount(1);
  expect(filesOf(watch.requests)).toContainEqual(expect.stringMatching(/\/past\.js$/));
});

test("no request leaves for anyone but the hub", async ({ page, visit, chat, product, site }) => {
  const strangers: string[] = [];
  page.on("request", (request) => {
    const { origin } = new URL(request.url());
    if (origin !== product.hub && origin !== site.origin && origin !== "null") strangers.push(request.url());
  });
  await visit();
  await chat.launcher.click();
  await chat.ask("How do I add the widget, and what does it cost per month?");
  await expect(chat.answers).toHaveCount(1);
  await expect(chat.stop).toHaveCount(0);
  expect(strangers).toEqual([]);
});

test("the host page: no layout shift, one global, one host element, at most 60 elements after opening", async ({
  page,
  visit,
  chat,
}) => {
  await page.addInitScript(() => {
    const shifts: number[] = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.push((entry as unknown as { value: number }).value);
    }).observe({ type: "layout-shift", buffered: true });
    Object.assign(window, { shifts, globalsBefore: Object.keys(window) });
  });
  await visit();
  await chat.launcher.click();
  await expect(chat.input).toBeFocused();
  const seen = await page.evaluate(() => {
    const page = window as unknown as { shifts: number[]; globalsBefore: string[] };
    const ours = new Set(["shifts", "globalsBefore"]);
    const root = document.querySelector("foyer-chat")?.shadowRoot;
    return {
      shifts: page.shifts,
      globals: Object.keys(window).filter((name) => !page.globalsBefore.includes(name) && !ours.has(name)),
      hosts: document.querySelectorAll("foyer-chat").length,
      elements: 1 + (root?.querySelectorAll("*").length ?? 0),
    };
  });
  expect(seen.shifts).toEqual([]);
  expect(seen.globals).toEqual(["Foyer"]);
  expect(seen.hosts).toBe(1);
  expect(seen.elements).toBeGreaterThan(10);
  expect(seen.elements).toBeLessThanOrEqual(60);
});

test("the panel is preloaded when the page is idle", async ({ page, visit }) => {
  const panel = page.waitForResponse((response) => isPanel(response.url()));
  await visit();
  expect((await panel).status()).toBe(200);
});

test("a visitor who saves data gets the panel only on intent", async ({ page, visit, chat, watch }) => {
  await page.addInitScript(() => {
    Object.defineProperty(navigator, "connection", { value: { saveData: true } });
  });
  await visit();
  await expect(chat.launcher).toBeVisible();
  await page.evaluate(
    () => new Promise((resolve) => requestIdleCallback(() => requestIdleCallback(resolve))),
  );
  expect(watch.requests.filter(isPanel)).toEqual([]);
  const panel = page.waitForResponse((response) => isPanel(response.url()));
  await chat.launcher.hover();
  expect((await panel).status()).toBe(200);
});

/** Frames between the click and a focused input, the panel being preloaded. */
async function framesToUsable(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const root = document.querySelector("foyer-chat")?.shadowRoot;
    root?.querySelector("button")?.click();
    let frames = 0;
    while (root?.activeElement?.localName !== "textarea" && frames < 100) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      frames++;
    }
    return frames;
  });
}

test("click to usable input takes two frames at most once the panel is preloaded", async ({
  page,
  visit,
}) => {
  const panel = page.waitForResponse((response) => isPanel(response.url()));
  await visit();
  await (await panel).finished();
  await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
  expect(await framesToUsable(page)).toBeLessThanOrEqual(2);
});
