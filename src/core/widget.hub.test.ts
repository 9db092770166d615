import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createHub, type DemoSeed, type Hub, type HubClock } from "../hub/hub.ts";
import { lendMemory, type LentMemory } from "../hub/testing/memory.ts";
import { WIDGET_PATHS } from "../protocol/paths.ts";
// A part that is there already comes without waiting for the disk.
import "./config.ts";
import type { Widget } from "./handle.ts";
import type { RawOptions } from "./options.ts";
import "./past.ts";
import type { AgentRow } from "./rows.ts";
import { sleep } from "./sleep.ts";
import { ManualEnvironment, settle, type SentRequest } from "./testing/environment.ts";
import { LOADED } from "./testing/parts.ts";
import { createWidget } from "./widget.ts";

const HUB_URL = "http://127.0.0.1:8787";
const PAGE = "http://localhost:5173";
const TTL_S = 6;

let env: ManualEnvironment;
let memory: LentMemory;
let hub: Hub;
let seed: DemoSeed;
let clientKey = "";
let origin = PAGE;
let widget: Widget;

/** One clock for both sides: the hub sleeps on the timers of the page's environment. */
const clock: HubClock = {
  now: () => env.now(),
  sleep: (delayMs, signal = new AbortController().signal) => sleep(env, delayMs, signal),
};

let answering = 0;
const respond = async ({ method, url, headers, body }: SentRequest): Promise<Response> => {
  const text = body === undefined ? {} : { body: JSON.stringify(body) };
  answering += 1;
  try {
    return await hub.fetch(new Request(url, { method, headers: { ...headers, Origin: origin }, ...text }));
  } finally {
    answering -= 1;
  }
};
/** The store of the hub takes real turns of the event loop, during which the clock must stand still. */
const settleWithHub = async (): Promise<void> => {
  for (let calm = 0; calm < 2; calm = answering > 0 ? 0 : calm + 1) await settle();
};
const start = (options: Partial<RawOptions> = {}): Widget => {
  widget = createWidget({ clientKey, apiUrl: HUB_URL, ...options }, env, LOADED);
  widget.open();
  return widget;
};
/** Moves time in small steps until something holds; gives up after a virtual minute. */
const waitFor = async (holds: () => boolean): Promise<void> => {
  for (let step = 0; step < 600 && !holds(); step++) await env.advance(100);
  expect(holds()).toBe(true);
};
const isIdle = (): boolean => widget.turn.value.kind === "idle";
const say = async (text: string): Promise<void> => {
  expect(widget.send(text)).toBe(true);
  await waitFor(isIdle);
};
const texts = (): string[] => widget.rows.value.map((row) => (row.kind === "activity" ? "..." : row.text));
const agentRow = (): AgentRow | undefined => widget.rows.value.findLast((row) => row.kind === "agent");
const mintUserToken = async (name: string): Promise<string> => {
  const response = await hub.fetch(
    new Request(HUB_URL + WIDGET_PATHS.userToken, {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${seed.secret_key}` },
      body: JSON.stringify({ client_key: clientKey, user_id: name.toLowerCase(), name }),
    }),
  );
  const body: unknown = await response.json();
  return String(Object(body)["user_token"]);
};

beforeAll(async () => {
  env = new ManualEnvironment();
  memory = await lendMemory();
  hub = await createHub({ database: memory.database, publicUrl: HUB_URL, clock, sessionTtlS: TTL_S });
  seed = await hub.seedDemo({ demoOrigin: PAGE });
  clientKey = seed.keys.find((key) => key.dialect === "widget-key")?.public_key ?? "";
});
afterAll(async () => {
  await hub.close();
  await memory.giveBack();
});
beforeEach(() => {
  const nowMs = env.wallMs;
  env = new ManualEnvironment();
  env.wallMs = nowMs + 60_000;
  env.respond = respond;
  env.settle = settleWithHub;
  // The hub outlives a test, so ids must not come again.
  env.randomBytes = (length) => crypto.getRandomValues(new Uint8Array(length));
  origin = PAGE;
});

describe("in front of the real hub", () => {
  it("a guest chats, reloads, and finds the conversation again", async () => {
    start({ agent: "echo" });
    await waitFor(() => widget.config.value !== null);
    expect(widget.config.value?.agent.name).toBe("Echo");
    await say("Hello hub");
    expect(texts()).toEqual(["Hello hub", "Hello hub"]);
    widget.dispose();
    start({ agent: "echo" });
    await waitFor(() => widget.history.value.kind === "ready");
    expect(texts()).toEqual(["Hello hub", "Hello hub"]);
    await say("Again");
    expect(texts()).toEqual(["Hello hub", "Hello hub", "Again", "Again"]);
    widget.dispose();
  });

  it("a reload in the middle of an answer goes on with it", async () => {
    start({ agent: "slow" });
    widget.send("Take your time");
    await waitFor(() => (agentRow()?.text.length ?? 0) > 10);
    const before = agentRow()?.text ?? "";
    widget.dispose();
    start({ agent: "slow" });
    await waitFor(() => widget.turn.value.kind === "answering");
    await waitFor(isIdle);
    expect(agentRow()?.state).toBe("complete");
    expect(agentRow()?.text.startsWith(before)).toBe(true);
    expect(widget.rows.value.length).toBe(2);
    widget.dispose();
  });

  it("a logged-in visitor is known by name, and reloads with the same, spent token", async () => {
    const userToken = await mintUserToken("Margarete");
    start({ userToken });
    await waitFor(() => widget.session.value.kind === "ready");
    expect(widget.session.value).toMatchObject({ visitor: { type: "user", name: "Margarete" } });
    await say("Hello");
    expect(agentRow()?.text).toContain("Margarete");
    const before = texts();
    widget.dispose();
    start({ userToken });
    await waitFor(() => widget.history.value.kind === "ready");
    expect(texts()).toEqual(before);
    widget.dispose();
    env.stored.clear();
    start({ userToken: await mintUserToken("Margarete") });
    await waitFor(() => widget.history.value.kind === "ready");
    expect(texts()).toEqual(before);
    widget.dispose();
  });

  it("with a token life of 6 s the chat survives more than five refreshes with no visible break", async () => {
    start({ agent: "echo" });
    await say("one");
    const kinds = new Set<string>();
    const stop = widget.session.subscribe(({ kind }) => kinds.add(kind));
    await env.advance(30_000);
    stop();
    expect(env.sent(WIDGET_PATHS.refresh).length).toBeGreaterThanOrEqual(5);
    expect([...kinds].sort()).toEqual(["ready", "refreshing"]);
    await say("two");
    expect(texts()).toEqual(["one", "one", "two", "two"]);
    widget.dispose();
  });

  it("R9: hidden and idle nothing is asked; back again one refresh, and the chat goes on", async () => {
    start({ agent: "echo" });
    await say("one");
    env.emit("hidden");
    const before = env.requests.length;
    await env.advance(600_000);
    expect([env.requests.length, env.timers.size]).toEqual([before, 0]);
    env.emit("visible");
    env.emit("focus");
    await env.advance(300);
    expect(env.requests.slice(before).map(({ path }) => path)).toEqual([WIDGET_PATHS.refresh]);
    await say("two");
    widget.dispose();
  });

  it("a stopped answer keeps its text, here and in the history", async () => {
    start({ agent: "slow" });
    widget.send("Go on and on");
    await waitFor(() => (agentRow()?.text.length ?? 0) > 5);
    widget.stop();
    const stopped = agentRow();
    expect(stopped?.state).toBe("stopped");
    await env.advance(3_000);
    widget.dispose();
    start({ agent: "slow" });
    await waitFor(() => widget.history.value.kind === "ready");
    expect(agentRow()).toMatchObject({ id: stopped?.id, state: "stopped" });
    widget.dispose();
  });

  it("a failing agent is told with Retry, which gets a new answer to the same message", async () => {
    start({ agent: "fail" });
    await say("Please fail");
    expect(agentRow()).toMatchObject({ state: "failed", problem: { code: "agent_failed" } });
    widget.retry(agentRow()?.retryId ?? "");
    await waitFor(isIdle);
    expect(widget.rows.value.filter(({ kind }) => kind === "visitor").length).toBe(1);
    expect(widget.rows.value.filter(({ kind }) => kind === "agent").length).toBe(1);
    widget.dispose();
  });

  it("an edited message and an answer given again are branches, to and fro, also after a reload", async () => {
    start({ agent: "echo" });
    await say("one");
    await say("two");
    const [first, , second] = widget.rows.value.map(({ id }) => id);
    expect(widget.edit(second ?? "", "deux")).toBe(true);
    await waitFor(isIdle);
    expect(texts()).toEqual(["one", "one", "deux", "deux"]);
    expect(widget.regenerate(agentRow()?.id ?? "")).toBe(true);
    await waitFor(isIdle);
    expect(texts()).toEqual(["one", "one", "deux", "deux"]);
    const { branch } = agentRow() ?? {};
    expect(branch).toMatchObject({ index: 1, count: 2 });
    widget.selectBranch(second ?? "");
    await waitFor(() => texts()[2] === "two");
    expect(widget.rows.value[2]).toMatchObject({ branch: { index: 0, count: 2 } });
    await say("three");
    expect(texts()).toEqual(["one", "one", "two", "two", "three", "three"]);
    widget.rate(agentRow()?.id ?? "", -1, "Too short.");
    await settleWithHub();
    widget.dispose();
    start({ agent: "echo" });
    await waitFor(() => widget.history.value.kind === "ready");
    expect(texts()).toEqual(["one", "one", "two", "two", "three", "three"]);
    expect(agentRow()).toMatchObject({ rating: -1, comment: "Too short." });
    expect(widget.rows.value[0]?.id).toBe(first);
    widget.selectBranch(branch?.ids[0] ?? "");
    await settleWithHub();
    expect(texts().length).toBe(6);
    const edited = widget.rows.value[2];
    widget.selectBranch(edited?.kind === "visitor" ? (edited.branch?.ids[1] ?? "") : "");
    await waitFor(() => texts()[2] === "deux");
    expect(agentRow()?.branch).toEqual(branch);
    widget.dispose();
  });

  it("an origin that is not listed: one request, a reason that names the fix, dead", async () => {
    origin = "https://elsewhere.example";
    start();
    await env.advance(120_000);
    expect(env.requests.length).toBe(1);
    expect(widget.session.value).toMatchObject({ kind: "dead", problem: { code: "origin_not_allowed" } });
    expect(env.logs.join()).toContain("elsewhere.example");
    widget.dispose();
  });

  it("an unknown key and an unknown agent have their own codes", async () => {
    start({ clientKey: "pk_live_demo_zzzzzzzzzzzzzzzzzzzzzzzzzz" });
    await settleWithHub();
    expect(widget.session.value).toMatchObject({ kind: "dead", problem: { code: "unknown_client_key" } });
    widget.dispose();
    start({ agent: "nobody" });
    await settleWithHub();
    expect(widget.session.value).toMatchObject({ kind: "dead", problem: { code: "agent_not_found" } });
    widget.dispose();
  });

  it("every timer of page and hub is gone after dispose", async () => {
    start({ agent: "echo" });
    await say("bye");
    widget.dispose();
    await settle();
    expect([env.timers.size, env.listeners.size]).toEqual([0, 0]);
  });
});

it("a guest who logs in while the answer streams, and keeps the conversation, sees it to its end", async () => {
  const manage = (merge: boolean | null) =>
    hub.fetch(
      new Request(`${HUB_URL}/api/v1/widget-settings`, {
        method: "PATCH",
        headers: { "Content-Type": "application/json", Authorization: `Bearer ${seed.secret_key}` },
        body: JSON.stringify({ merge_guest_threads: merge }),
      }),
    );
  await manage(true);
  start({ agent: "slow" });
  widget.send("take your time");
  await waitFor(() => (agentRow()?.text.length ?? 0) > 10);
  widget.identify({ token: await mintUserToken("Grace") });
  expect(widget.rows.value).toEqual([]);
  await waitFor(() => (agentRow()?.text.length ?? 0) > 40);
  expect(widget.turn.value.kind).toBe("answering");
  await waitFor(() => agentRow()?.state === "complete");
  expect(texts()).toEqual([
    "take your time",
    expect.stringMatching(/^I am taking my time.*reload the page\.$/),
  ]);
  expect(widget.session.value).toMatchObject({ visitor: { type: "user", name: "Grace" } });
  await manage(null);
});
