// Figures of the widget that depend on the machine: compare them inside one run, never between machines.
import type { CDPSession, Page } from "playwright/test";
import { chatOn, isPanel, tag, test } from "../fixtures.ts";

const RUNS = 7;

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const show = (values: number[], digits = 0): string =>
  `${median(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)}-${Math.max(...values).toFixed(digits)})`;

async function metric(client: CDPSession, name: string): Promise<number> {
  const { metrics } = await client.send("Performance.getMetrics");
  return metrics.find((entry) => entry.name === name)?.value ?? Number.NaN;
}

/** ms from the click to a focused input, the panel being preloaded. */
const clickToUsable = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const button = document.querySelector("foyer-chat")?.shadowRoot?.querySelector("button");
        const clickedAt = performance.now();
        addEventListener("focusin", () => resolve(performance.now() - clickedAt), { once: true });
        button?.click();
      }),
  );

for (const cpu of [1, 4]) {
  test(`opening at ${cpu}x CPU`, async ({ browser, site, product, clientKey }) => {
    const launcherMs: number[] = [];
    const usableMs: number[] = [];
    const scriptMs: number[] = [];
    const heapKb: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const page = await browser.newPage();
      const client = await page.context().newCDPSession(page);
      await client.send("Performance.enable");
      await client.send("Emulation.setCPUThrottlingRate", { rate: cpu });
      await page.goto(site.origin + site.publish({}));
      const [scriptBefore, heapBefore] = [
        await metric(client, "ScriptDuration"),
        await metric(client, "JSHeapUsedSize"),
      ];
      const panel = page.waitForResponse((response) => isPanel(response.url()));
      launcherMs.push(
        await page.evaluate(
          (html) =>
            new Promise<number>((resolve) => {
              const startedAt = performance.now();
              new MutationObserver(() => resolve(performance.now() - startedAt)).observe(
                document.documentElement,
                {
                  childList: true,
                },
              );
              const written = document.createRange().createContextualFragment(html);
              document.body.append(written);
            }),
          tag(product.hub, clientKey),
        ),
      );
      await (await panel).finished();
      await page.evaluate(
        () => new Promise((resolve) => requestIdleCallback(() => requestIdleCallback(resolve))),
      );
      usableMs.push(await clickToUsable(page));
      scriptMs.push(1000 * ((await metric(client, "ScriptDuration")) - scriptBefore));
      await client.send("HeapProfiler.collectGarbage");
      heapKb.push(((await metric(client, "JSHeapUsedSize")) - heapBefore) / 1000);
      await page.close();
    }
    console.log(
      `\n${cpu}x CPU, ${RUNS} runs, median (min-max): tag to launcher ${show(launcherMs)} ms; ` +
        `click to usable ${show(usableMs)} ms; script until usable ${show(scriptMs)} ms; heap ${show(heapKb)} kB`,
    );
  });
}

test("an answer of 80,000 characters", async ({ page, site, product, clientKey }) => {
  const client = await page.context().newCDPSession(page);
  await client.send("Performance.enable");
  await page.goto(site.origin + site.publish({ body: tag(product.hub, clientKey, 'data-agent="long"') }));
  const chat = chatOn(page);
  await chat.launcher.click();
  await page.evaluate(() => {
    const tasks: number[] = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) tasks.push(entry.duration);
    }).observe({ type: "longtask" });
    Object.assign(window, { tasks });
  });
  const before = await metric(client, "TaskDuration");
  await chat.ask("go");
  await chat.stop.waitFor({ state: "visible" });
  await chat.stop.waitFor({ state: "detached", timeout: 280_000 });
  const busyMs = 1000 * ((await metric(client, "TaskDuration")) - before);
  const tasks = await page.evaluate(() => (window as unknown as { tasks: number[] }).tasks);
  const length = (await chat.answers.first().textContent())?.length ?? 0;
  console.log(
    `\n${length} characters shown: main thread ${busyMs.toFixed(0)} ms, ` +
      `${tasks.length} long tasks, longest ${Math.max(0, ...tasks).toFixed(0)} ms`,
  );
});
