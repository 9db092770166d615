// What opening a long conversation costs, beside a short one.
import type { CDPSession, Page } from "playwright/test";
import { chatOn, test } from "../fixtures.ts";
import { startLongHistory } from "../long-history.ts";
import { tasksOf } from "./tasks.ts";

const RUNS = 5;

async function metric(client: CDPSession, name: string): Promise<number> {
  const { metrics } = await client.send("Performance.getMetrics");
  return metrics.find((entry) => entry.name === name)?.value ?? Number.NaN;
}

/** Presses the launcher, and waits within the page until the newest message is there and nothing is left to do. */
const open = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const root = document.querySelector("foyer-chat")?.shadowRoot;
    const shown = new Promise<void>((resolve) => {
      const observer = new MutationObserver(() => {
        if (!root?.querySelector("[role=log]")?.textContent.includes("hello")) return;
        observer.disconnect();
        resolve();
      });
      if (root) observer.observe(root, { childList: true, subtree: true, characterData: true });
    });
    performance.mark("begin");
    root?.querySelector("button")?.click();
    await shown;
    await new Promise((resolve) => requestIdleCallback(resolve));
    performance.mark("end");
  });

for (const count of [100, 10_000]) {
  test(`opening a conversation of ${count} messages`, async ({ browser, page, site }) => {
    const history = await startLongHistory(page, site, count);
    const client = await page.context().newCDPSession(page);
    await client.send("Performance.enable");
    const taken: number[] = [];
    let [heap, elements] = [Number.NaN, Number.NaN];
    for (let run = 0; run < RUNS; run++) {
      await page.goto(history.url);
      const chat = chatOn(page);
      await chat.launcher.waitFor();
      await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
      const tasks = await tasksOf(browser, page, () => open(page));
      taken.push(tasks.reduce((sum, ms) => sum + ms, 0));
      await client.send("HeapProfiler.collectGarbage");
      heap = await metric(client, "JSHeapUsedSize");
      elements = await page.evaluate(
        () => document.querySelector("foyer-chat")?.shadowRoot?.querySelectorAll("*").length ?? 0,
      );
      await page.keyboard.press("Escape");
    }
    const sorted = taken.toSorted((a, b) => a - b);
    console.log(
      `\n${count} messages: processor time of the main thread ${sorted[Math.floor(RUNS / 2)]?.toFixed(0)} ms ` +
        `(${sorted[0]?.toFixed(0)}-${sorted.at(-1)?.toFixed(0)}, ${RUNS} runs), ` +
        `heap of the page ${(heap / 1e6).toFixed(1)} MB, ${elements} elements`,
    );
    await history.stop();
  });
}
