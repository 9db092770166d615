// What opening a long conversation costs, beside a short one, and a word of an answer that comes into it.
import type { CDPSession } from "playwright/test";
import { chatOn, test } from "../fixtures.ts";
import { startLongHistory } from "../long-history.ts";

const RUNS = 5;

async function metric(client: CDPSession, name: string): Promise<number> {
  const { metrics } = await client.send("Performance.getMetrics");
  return metrics.find((entry) => entry.name === name)?.value ?? Number.NaN;
}

for (const count of [100, 10_000]) {
  test(`opening a conversation of ${count} messages`, async ({ page, site }) => {
    const history = await startLongHistory(page, site, count);
    const client = await page.context().newCDPSession(page);
    await client.send("Performance.enable");
    const busyMs: number[] = [];
    let [heap, elements] = [Number.NaN, Number.NaN];
    for (let run = 0; run < RUNS; run++) {
      await page.goto(history.url);
      const chat = chatOn(page);
      await chat.launcher.waitFor();
      await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
      const before = await metric(client, "TaskDuration");
      await chat.launcher.click();
      await chat.answers.last().getByText("hello").waitFor();
      await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
      busyMs.push(1000 * ((await metric(client, "TaskDuration")) - before));
      await client.send("HeapProfiler.collectGarbage");
      heap = await metric(client, "JSHeapUsedSize");
      elements = await page.evaluate(
        () => document.querySelector("foyer-chat")?.shadowRoot?.querySelectorAll("*").length ?? 0,
      );
      await page.keyboard.press("Escape");
    }
    const sorted = busyMs.toSorted((a, b) => a - b);
    console.log(
      `\n${count} messages: main thread ${sorted[Math.floor(RUNS / 2)]?.toFixed(0)} ms ` +
        `(${sorted[0]?.toFixed(0)}-${sorted.at(-1)?.toFixed(0)}, ${RUNS} runs), ` +
        `heap of the page ${(heap / 1e6).toFixed(1)} MB, ${elements} elements`,
    );
    await history.stop();
  });
}
