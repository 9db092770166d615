// What needs a quiet machine: these run alone, after all the others.
import { chatOn, expect, isPanel, test } from "./fixtures.ts";

const MAX_RUNS = 5;

test("nothing of ours is a long task at 4x CPU throttling", async ({ browser, site, product, clientKey }) => {
  // A loaded machine stretches any task: the quietest run is the widget's own.
  const runs: number[][] = [];
  for (let run = 0; run < MAX_RUNS && !runs.some((tasks) => tasks.length === 0); run++) {
    const page = await browser.newPage();
    const client = await page.context().newCDPSession(page);
    await client.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    await page.goto(site.origin + site.publish({}));
    await page.evaluate(
      async ([src, key]) => {
        const tasks: number[] = [];
        Object.assign(window, { tasks });
        await new Promise((resolve) => requestIdleCallback(resolve));
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) tasks.push(Math.round(entry.duration));
        }).observe({ type: "longtask" });
        const script = document.createElement("script");
        script.src = String(src);
        script.dataset["clientKey"] = String(key);
        document.head.append(script);
      },
      [`${product.hub}/foyer.js`, clientKey],
    );
    const chat = chatOn(page);
    const panel = page.waitForResponse((response) => isPanel(response.url()));
    await expect(chat.launcher).toBeVisible();
    await (await panel).finished();
    await page.evaluate(() =>
      document.querySelector("foyer-chat")?.shadowRoot?.querySelector("button")?.click(),
    );
    await expect(chat.input).toBeVisible();
    await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
    runs.push(await page.evaluate(() => (window as unknown as { tasks: number[] }).tasks));
    await page.close();
  }
  console.log("long tasks at 4x, by run:", JSON.stringify(runs));
  expect(runs.some((tasks) => tasks.length === 0)).toBe(true);
});
