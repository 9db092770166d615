// After destroy() the page is as it was: nothing drawn, nothing listening, nothing ticking, nothing asked for.
import type { Page } from "playwright/test";
import { addTag, chatOn, destroy, expect, tag, test } from "./fixtures.ts";

/** Counts what a script can leave behind. Runs before any script of the page. */
function countLeftovers(): void {
  const timers = new Set<number>();
  const idle = new Set<number>();
  const channels = new Set<object>();
  const pending = new Set<object>();
  const listeners = new Set<string>();
  const ids = new WeakMap<object, number>();
  let nextId = 0;
  const idOf = (value: object) => {
    if (!ids.has(value)) ids.set(value, nextId++);
    return ids.get(value);
  };
  const {
    setTimeout: set,
    clearTimeout: clear,
    requestIdleCallback: ask,
    cancelIdleCallback: cancel,
    fetch: get,
  } = window;
  const { setInterval: repeat } = window;
  window.setTimeout = ((callback: () => void, delay?: number) => {
    const timer = set(() => {
      timers.delete(timer);
      callback();
    }, delay);
    timers.add(timer);
    return timer;
  }) as typeof window.setTimeout;
  window.clearTimeout = (timer) => {
    timers.delete(Number(timer));
    clear(timer);
  };
  window.setInterval = ((callback: () => void, delay?: number) => {
    const timer = repeat(callback, delay);
    timers.add(timer);
    return timer;
  }) as typeof window.setInterval;
  window.requestIdleCallback = (callback, options) => {
    const handle = ask((deadline) => {
      idle.delete(handle);
      callback(deadline);
    }, options);
    idle.add(handle);
    return handle;
  };
  window.cancelIdleCallback = (handle) => {
    idle.delete(handle);
    cancel(handle);
  };
  window.fetch = (input, init) => {
    const token = {};
    pending.add(token);
    return get(input, init).finally(() => pending.delete(token));
  };
  const Channel = window.BroadcastChannel;
  window.BroadcastChannel = class extends Channel {
    constructor(name: string) {
      super(name);
      channels.add(this);
    }
    override close() {
      channels.delete(this);
      super.close();
    }
  };
  // Listeners on anything of ours die with it; what counts are the objects that stay.
  const stays = (target: unknown) =>
    !(target instanceof Node && target !== document && target.getRootNode() !== document);
  const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
  const keyOf = (target: EventTarget, type: string, listener: object) =>
    `${idOf(target)} ${type} ${idOf(listener)}`;
  EventTarget.prototype.addEventListener = function (type, listener, options) {
    if (
      listener &&
      (this === window || this === document || (stays(this) && !(this instanceof AbortSignal)))
    ) {
      const key = keyOf(this, type, listener);
      listeners.add(key);
      const signal = typeof options === "object" ? options.signal : undefined;
      if (signal) add.call(signal, "abort", () => listeners.delete(key));
      if (typeof options === "object" && options.once)
        add.call(this, type, () => listeners.delete(key), { once: true });
    }
    add.call(this, type, listener, options);
  };
  EventTarget.prototype.removeEventListener = function (type, listener, options) {
    if (listener) listeners.delete(keyOf(this, type, listener));
    remove.call(this, type, listener, options);
  };
  Object.assign(window, {
    leftovers: () => ({
      timers: timers.size,
      idle: idle.size,
      channels: channels.size,
      pending: pending.size,
      listeners: [...listeners],
    }),
    globals: () => Object.keys(window).sort(),
  });
}

const snapshot = (page: Page) =>
  page.evaluate(() => {
    const test = window as unknown as { leftovers(): object; globals(): string[] };
    return {
      html: document.documentElement.outerHTML,
      globals: test.globals(),
      ...test.leftovers(),
      style: document.documentElement.style.cssText + document.body.style.cssText,
    };
  });

test("N70: destroy() at every stage leaves document, window, timers, listeners and requests as before", async ({
  page,
  product,
  site,
  clientKey,
  watch,
}) => {
  await page.addInitScript(countLeftovers);
  await page.goto(site.origin + site.publish({}));
  const before = await snapshot(page);
  const chat = chatOn(page);
  const stages: { name: string; reach(): Promise<unknown> }[] = [
    { name: "while the config is on its way", reach: async () => {} },
    { name: "with the launcher drawn", reach: () => expect(chat.launcher).toBeVisible() },
    { name: "while the panel is on its way", reach: () => chat.launcher.click() },
    {
      name: "with the panel open",
      reach: async () => {
        await chat.launcher.click();
        await expect(chat.input).toBeFocused();
      },
    },
    {
      name: "while the parts that talk to the hub are on their way",
      reach: async () => {
        await chat.launcher.click();
        await chat.input.fill("h");
      },
    },
    ...["/auth/guest", "/connect"].map((path) => ({
      name: `while ${path} waits for its answer`,
      reach: async () => {
        const isAsked = page.waitForRequest((request) => request.url().endsWith(path));
        const pattern = `**${path}`;
        await page.route(pattern, () => {});
        await chat.launcher.click();
        await chat.ask("hello");
        await isAsked;
        await page.unroute(pattern);
      },
    })),
    {
      name: "while a message waits for the network",
      reach: async () => {
        await chat.launcher.click();
        await expect(chat.input).toBeFocused();
        await page.context().setOffline(true);
        await chat.ask("later");
        await expect(chat.panel).toContainText("Sent as soon as you are online");
        await page.context().setOffline(false);
      },
    },
    {
      name: "in the middle of an answer",
      reach: async () => {
        await chat.launcher.click();
        await chat.ask("slow");
        await expect(chat.answers.first()).toBeVisible();
      },
    },
    {
      name: "with the menu open",
      reach: async () => {
        await chat.launcher.click();
        await chat.panel.getByRole("button", { name: "More", exact: true }).click();
        await expect(chat.panel.getByRole("menu")).toBeVisible();
      },
    },
    {
      name: "after the panel was closed",
      reach: async () => {
        await chat.launcher.click();
        await expect(chat.input).toBeFocused();
        await page.keyboard.press("Escape");
        await expect(chat.panel).toHaveCount(0);
      },
    },
  ];
  for (const { name, reach } of stages) {
    await addTag(page, product.hub, clientKey);
    await reach();
    await destroy(page);
    await expect.poll(() => snapshot(page), { message: name }).toEqual(before);
  }
  expect(watch.errors).toEqual([]);
});

test("50 mounts and destroys leave heap, nodes and listeners flat", async ({
  page,
  product,
  site,
  clientKey,
}) => {
  test.setTimeout(60_000);
  await page.goto(site.origin + site.publish({}));
  const chat = chatOn(page);
  const client = await page.context().newCDPSession(page);
  await client.send("Performance.enable");
  const cycle = async () => {
    await addTag(page, product.hub, clientKey);
    await page.evaluate(() => (window as unknown as { Foyer: { open(): void } }).Foyer.open());
    await expect(chat.input).toBeFocused();
    await destroy(page);
  };
  const measure = async () => {
    await client.send("HeapProfiler.collectGarbage");
    const { metrics } = await client.send("Performance.getMetrics");
    const valueOf = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
    return {
      heap: valueOf("JSHeapUsedSize"),
      nodes: valueOf("Nodes"),
      listeners: valueOf("JSEventListeners"),
    };
  };
  for (let count = 0; count < 10; count++) await cycle();
  const early = await measure();
  for (let count = 0; count < 40; count++) await cycle();
  const late = await measure();
  console.log("after 10 cycles", early, "after 50", late);
  expect(late.heap - early.heap).toBeLessThan(400_000);
  expect(late.nodes - early.nodes).toBeLessThan(200);
  expect(late.listeners - early.listeners).toBeLessThan(50);
});

test("a page that had a queue of its own gets it back", async ({ page, product, site, clientKey }) => {
  const queue = "<script>window.Foyer = []; window.queue = window.Foyer</script>";
  await page.goto(site.origin + site.publish({ head: queue, body: tag(product.hub, clientKey) }));
  await expect(chatOn(page).launcher).toBeVisible();
  await destroy(page);
  expect(
    await page.evaluate(() => {
      const test = window as unknown as { Foyer: unknown; queue: unknown };
      return test.Foyer === test.queue;
    }),
  ).toBe(true);
});
