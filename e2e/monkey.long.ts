// A restless visitor: a hundred small things in an order that nobody planned, in two tabs, on and off line, in front of a
// hub that breaks. In the end nothing that was said is lost or said twice, and each tab shows what the hub has.
// `SEEDS=7,8 npm run test:long` tries other orders.
import type { BrowserContext } from "playwright/test";
import { createRandom } from "../src/hub/faults/random.ts";
import { chatOn, expect, test } from "./fixtures.ts";
import { act, composer, isOnline, markOf, type Memory, PATIENCE, pick, type Tab } from "./monkey/actions.ts";
import { type Ask, type Entry, readBranch, readLedger } from "./monkey/ledger.ts";
import type { Product } from "./product.ts";

const { SEEDS: seeds = "1,2,3" } = process.env;
const STEPS = 120;
const SETTLED_MS = 180_000;

/** Half a file, told as a whole one, is not asked for again by any browser. */
const TALK = ["guest", "refresh", "connect", "run-events", "threads", "messages", "feedback"];
const TROUBLES = [
  { routes: ["*"], fault: "drop_before" },
  { routes: ["*"], fault: "drop_after" },
  { routes: ["*"], fault: { kind: "cut", after_bytes: 300 } },
  { routes: ["*"], fault: { kind: "status", status: 503, retry_after_s: 1 } },
  { routes: TALK, fault: "truncated" },
] as const;

interface Scene {
  tabs: Tab[];
  trail: string[];
  /** What no page may throw. */
  errors: string[];
  breakHub(): Promise<void>;
  mendHub(): Promise<void>;
  openTab(): Promise<void>;
}

function createScene(context: BrowserContext, product: Product, seed: number, url: string): Scene {
  const random = createRandom(seed);
  const memory: Memory = { said: new Set(), withdrawn: new Set(), count: 0 };
  const errors: string[] = [];
  const tabs: Tab[] = [];
  const faults = async (method: "PUT" | "DELETE", body?: object): Promise<void> => {
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${product.hub}/_faults`, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    });
    expect(response.ok).toBe(true);
  };
  return {
    tabs,
    trail: [],
    errors,
    breakHub() {
      const { routes, fault } = pick(random, TROUBLES);
      return faults("PUT", { seed, rules: routes.map((route) => ({ route, percent: 15, fault })) });
    },
    mendHub: () => faults("DELETE"),
    async openTab() {
      const page = await context.newPage();
      page.on("pageerror", (error) => errors.push(String(error)));
      await page.goto(url);
      tabs.push({ page, chat: chatOn(page), memory, random });
    },
  };
}

/** One step: mostly the visitor's, now and then the world's. */
async function step(scene: Scene, random: () => number): Promise<string | null> {
  const { tabs } = scene;
  const chance = random();
  const [first] = tabs as [Tab];
  if (chance < 0.02 && tabs.length < 2 && (await isOnline(first.page)))
    return scene.openTab().then(() => "second tab");
  if (chance < 0.03 && tabs.length > 1) return (tabs.pop() as Tab).page.close().then(() => "one tab");
  if (chance < 0.06) return scene.breakHub().then(() => "the hub breaks");
  if (chance < 0.09) return scene.mendHub().then(() => "the hub is well");
  const tab = pick(random, tabs);
  const done = await act(tab);
  return done && `${tabs.indexOf(tab)}: ${done}`;
}

const keptIn = ({ page }: Tab): Promise<string[]> =>
  page.evaluate(() =>
    Object.entries(localStorage)
      .filter(([name]) => name.endsWith(":outbox"))
      .flatMap(([, text]) => (JSON.parse(text) as { m: { text: string }[] }).m.map((entry) => entry.text)),
  );

/** What waits goes out by itself, or says that it did not: then the visitor asks for it once more. */
async function settle(tab: Tab): Promise<void> {
  const { chat } = tab;
  const back = chat.panel.getByRole("button", { name: "Back to the chat" });
  if ((await back.count()) > 0) await back.click();
  if ((await chat.panel.count()) === 0) await chat.launcher.click();
  await composer(chat).waitFor();
  await expect(async () => {
    const retry = chat.questions.getByRole("button", { name: "Retry", exact: true });
    const history = chat.log.getByText("Earlier messages could not be loaded.").getByRole("button");
    if ((await history.count()) > 0) await history.dispatchEvent("click", {}, PATIENCE);
    // It moves while an answer grows.
    if ((await retry.count()) > 0) await retry.first().dispatchEvent("click", {}, PATIENCE);
    expect(await keptIn(tab)).toEqual([]);
    expect(await chat.stop.count()).toBe(0);
  }).toPass({ timeout: SETTLED_MS });
}

const nameOf = (text: string): string => markOf(text) || text.replace(/\s+/g, " ").trim();

/** So many messages fit into the page at once, whatever the answers between them. */
const SHORT = 5;

/** A tab shows the visitor's messages of the branch that it is on, each once; of a long one those around the reader. */
async function expectSame(tab: Tab, ask: Ask, all: readonly Entry[]): Promise<void> {
  const shown = (await tab.chat.questions.locator(".bubble").allTextContents()).map(nameOf);
  const last = all.findLast(({ role, content }) => role === "user" && nameOf(content) === shown.at(-1));
  if (last === undefined) return expect(shown).toEqual([]);
  const branch = (await readBranch(ask, last.threadId, last.id)).filter(({ role }) => role === "user");
  expect(shown.filter((name, index) => markOf(name) !== "" && shown.indexOf(name) !== index)).toEqual([]);
  const names = branch.map(({ content }) => nameOf(content)).toSorted();
  if (names.length <= SHORT) expect(shown.toSorted()).toEqual(names);
  else expect(names).toEqual(expect.arrayContaining(shown));
}

async function judge({ tabs }: Scene, ask: Ask): Promise<void> {
  const isRunning = ({ state }: Entry): boolean => state === "running";
  await expect.poll(async () => (await readLedger(ask)).filter(isRunning)).toEqual([]);
  const all = await readLedger(ask);
  const marks = all.filter(({ role }) => role === "user").map(({ content }) => markOf(content));
  const { said, withdrawn } = (tabs as [Tab])[0].memory;
  expect(marks.filter((mark, index) => mark !== "" && marks.indexOf(mark) !== index)).toEqual([]);
  expect([...said].filter((mark) => !marks.includes(mark) && !withdrawn.has(mark))).toEqual([]);
  for (const tab of tabs) await expectSame(tab, ask, all);
}

for (const seed of seeds.split(",").map(Number)) {
  test(`nothing is lost and nothing said twice, order ${seed}`, async ({
    page,
    visit,
    context,
    product,
    watch,
  }) => {
    test.setTimeout(300_000);
    let authorization = "";
    context.on("request", (request) => {
      authorization = request.headers()["authorization"] ?? authorization;
    });
    const url = await visit({ attributes: 'data-agent="unhurried"' });
    const scene = createScene(context, product, seed, url);
    await scene.openTab();
    await page.close();
    await (scene.tabs as [Tab])[0].chat.launcher.click();
    const ask: Ask = async (path) => {
      const headers = { authorization, origin: new URL(url).origin };
      const response = await fetch(product.hub + path, { headers });
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return response.json();
    };
    try {
      const random = createRandom(seed + 1_000_000);
      for (let index = 0; index < STEPS; index++) scene.trail.push((await step(scene, random)) ?? "");
      await scene.mendHub();
      await context.setOffline(false);
      for (const tab of scene.tabs) await settle(tab);
      if (authorization !== "") await judge(scene, ask);
      expect([...watch.errors, ...scene.errors]).toEqual([]);
    } catch (error) {
      console.log(scene.trail.filter(Boolean).join("\n"));
      throw error;
    } finally {
      await scene.mendHub();
    }
  });
}
