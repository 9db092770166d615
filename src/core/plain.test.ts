// A new guest's conversation without the engine, and everything that fetches it: nothing is lost, doubled or shown late.
import { beforeEach, describe, expect, it } from "vitest";
import { WIDGET_PATHS } from "../protocol/paths.ts";
import { messageFeedbackPath } from "../protocol/thread-paths.ts";
import { createEngine } from "./engine.ts";
import type { Parts } from "./engine-room.ts";
import type { Widget } from "./handle.ts";
import type { RawOptions } from "./options.ts";
import { Plain } from "./plain.ts";
import { ManualEnvironment, settle } from "./testing/environment.ts";
import {
  answer,
  API_URL,
  CLIENT_KEY,
  fakeJwt,
  frames,
  openStream,
  refusal,
  runIdOf,
  streamOf,
} from "./testing/hub.ts";
import { createStage, type Stage } from "./testing/widget.ts";
import { createWidget } from "./widget.ts";

let stage: Stage;
let env: Stage["env"];
let hub: Stage["hub"];
let widget: Widget;
let loads: string[];
/** Gets the engine; a test that has none puts another one here. */
let loadEngine: Parts["engine"];
const CONFIG = { agent: { id: "a1", name: "Ada" } };

const parts: Parts = {
  plain: async () => {
    loads.push("plain");
    return Plain;
  },
  engine: () => {
    loads.push("engine");
    return loadEngine();
  },
};
const start = (options: Partial<RawOptions> = {}): Widget =>
  (stage.widget = widget =
    createWidget({ clientKey: CLIENT_KEY, apiUrl: API_URL, config: CONFIG, ...options }, env, parts));
const say = async (text: string): Promise<void> => {
  widget.send(text);
  await settle();
};
const shown = (): string[] =>
  widget.rows.value.map((row) => (row.kind === "activity" ? "..." : `${row.kind} ${row.state} ${row.text}`));
const connects = () => env.sent(WIDGET_PATHS.connect);
const texts = () => connects().map(({ body }) => Object(body)["messages"][0]?.content);
const GREETED = ["visitor sent hi", "agent complete Hello there."];

beforeEach(() => {
  stage = createStage();
  ({ env, hub } = stage);
  loads = [];
  loadEngine = async () => createEngine;
  start();
});

describe("a plain conversation", () => {
  it("needs no engine, however many messages it has: one guest, one request each", async () => {
    widget.open();
    expect(widget.session.value.kind).toBe("idle");
    for (const text of ["hi", "and", "again"]) await say(text);
    expect(shown()).toEqual([
      ...GREETED,
      "visitor sent and",
      "agent complete Hello there.",
      "visitor sent again",
      "agent complete Hello there.",
    ]);
    expect(stage.paths()).toEqual([WIDGET_PATHS.guest, ...Array(3).fill(WIDGET_PATHS.connect)]);
    expect(new Set(connects().map(({ body }) => Object(body)["threadId"])).size).toBe(1);
    expect([loads, widget.session.value.kind, widget.turn.value.kind]).toEqual([["plain"], "ready", "idle"]);
  });

  it("is stored from its first message on, and comes back after a reload", async () => {
    await say("hi");
    const threadId = Object(connects()[0]?.body)["threadId"];
    expect(stage.stored()).toMatchObject({ v: 1, r: "refresh-1", s: "guest:g1", t: threadId });
    widget.dispose();
    start().open();
    await settle();
    expect([loads, env.sent(WIDGET_PATHS.refresh).length]).toEqual([["plain", "engine"], 1]);
  });

  it("closed and opened again asks for nothing", async () => {
    widget.open();
    await say("hi");
    const before = env.requests.length;
    widget.close();
    widget.open();
    await settle();
    expect([env.requests.length - before, loads]).toEqual([0, ["plain"]]);
  });

  it.each(["none", "local"] as const)("works where nothing can be stored: %s", async (storage) => {
    start({ storage });
    env.storageFails = "read";
    await say("hi");
    await say("again");
    expect([shown().length, env.stored.size, loads]).toEqual([4, 0, ["plain"]]);
    expect(env.logs).toEqual(storage === "none" ? [] : ["debug no storage"]);
  });

  it("of a tab that may be copied is the engine's from the start", async () => {
    start({ storage: "session" });
    await say("hi");
    expect([shown(), loads]).toEqual([GREETED, ["engine"]]);
  });

  it("has no timer while hidden, and one that renews its session when it is seen", async () => {
    await say("hi");
    expect(env.timers.size).toBe(1);
    env.emit("hidden");
    expect(env.timers.size).toBe(0);
    env.emit("visible");
    await env.advance(240_100);
    expect([loads, env.sent(WIDGET_PATHS.refresh).length]).toEqual([["plain", "engine"], 1]);
  });

  it("keeps the draft from its first message on, and at once when the page hides", async () => {
    widget.draft.value = "h";
    await env.advance(1_000);
    expect(env.stored.size).toBe(0);
    await say("hi");
    widget.draft.value = "half a thou";
    env.emit("pagehide");
    expect([...env.stored.values()].map((text) => JSON.parse(text)["d"])).toContain("half a thou");
    widget.dispose();
    start().open();
    await settle();
    expect(widget.draft.value).toBe("half a thou");
  });

  it("dispose() in the middle of an answer leaves nothing", async () => {
    const stream = openStream();
    hub.overrides.set(WIDGET_PATHS.connect, () => stream.response);
    await say("hi");
    widget.dispose();
    await settle();
    expect([env.timers.size, env.listeners.size, connects()[0]?.signal?.aborted]).toEqual([0, 0, true]);
  });
});

describe("stopping", () => {
  it("ends the answer here at once, also offline, and tells the hub; the next message is as plain", async () => {
    const stream = openStream();
    hub.script(WIDGET_PATHS.connect, () => stream.response);
    await say("hi");
    const runId = runIdOf(connects()[0]);
    stream.push(frames(answer(runId, "Hello there.").slice(0, 3)));
    await settle();
    env.connected = false;
    env.emit("offline");
    widget.stop();
    expect([shown(), widget.turn.value.kind]).toEqual([["visitor sent hi", "agent stopped Hell"], "idle"]);
    stream.push(frames(answer(runId, "Hello there.").slice(3), 4));
    await settle();
    expect(shown()[1]).toBe("agent stopped Hell");
    expect(stage.paths().at(-1)).toBe(`${WIDGET_PATHS.runs}/${runId}/cancel`);
    env.emit("online");
    await say("again");
    expect([shown().at(-1), loads]).toEqual(["agent complete Hello there.", ["plain"]]);
  });

  it("before the hub took the message keeps it with Retry, which sends the very same", async () => {
    hub.script(WIDGET_PATHS.connect, () => new Promise(() => {}));
    await say("hi");
    widget.stop();
    await settle();
    const row = stage.visitorRow();
    expect(row).toMatchObject({ state: "failed", problem: { code: "send_stopped" } });
    widget.retry(row?.id ?? "");
    await settle();
    expect([shown(), loads]).toEqual([GREETED, ["plain", "engine"]]);
    const ids = connects().map(({ body }) => Object(body)["messages"][0].id);
    expect(new Set(ids).size).toBe(1);
  });
});

describe("the engine takes over", () => {
  it.each<[string, () => void]>([
    ["a rating", () => widget.rate("nobody", 1)],
    ["a look at the conversations", () => void widget.threads()],
    ["another version", () => widget.selectBranch("nobody")],
    ["older messages", () => widget.loadOlder()],
  ])("the very stream of an answer: %s", async (_, cause) => {
    const stream = openStream();
    hub.script(WIDGET_PATHS.connect, () => stream.response);
    await say("hi");
    const events = answer(runIdOf(connects()[0]), "Hello there.");
    stream.push(frames(events.slice(0, 3)));
    await settle();
    cause();
    await settle();
    expect([loads, shown()]).toEqual([
      ["plain", "engine"],
      ["visitor sent hi", "agent streaming Hell"],
    ]);
    expect(widget.turn.value.kind).toBe("answering");
    stream.push(frames(events.slice(3), 4));
    stream.end();
    await settle();
    expect([shown(), widget.turn.value.kind, connects().length]).toEqual([GREETED, "idle", 1]);
    await say("again");
    expect([shown().at(-1), env.sent(WIDGET_PATHS.guest).length]).toEqual(["agent complete Hello there.", 1]);
  });

  it("a message that is on its way: it goes out once, and its answer is shown", async () => {
    const stream = openStream();
    let respond: ((response: Response) => void) | undefined;
    hub.script(WIDGET_PATHS.connect, () => new Promise((resolve) => (respond = resolve)));
    await say("hi");
    widget.rate("nobody", 1);
    await settle();
    respond?.(stream.response);
    stream.push(frames(answer(runIdOf(connects()[0]), "Hello there.")));
    stream.end();
    await settle();
    expect([shown(), connects().length, loads]).toEqual([GREETED, 1, ["plain", "engine"]]);
  });

  it("a message whose guest is still asked for", async () => {
    hub.script(WIDGET_PATHS.guest, () => new Promise(() => {}));
    await say("hi");
    expect(widget.session.value.kind).toBe("starting");
    widget.rate("nobody", 1);
    await settle();
    expect([shown(), texts()]).toEqual([GREETED, ["hi"]]);
  });

  it("an answer that is stopped after that: once, here and on the hub", async () => {
    const stream = openStream();
    hub.script(WIDGET_PATHS.connect, () => stream.response);
    await say("hi");
    const runId = runIdOf(connects()[0]);
    stream.push(frames(answer(runId, "Hello there.").slice(0, 3)));
    widget.rate("nobody", 1);
    await settle();
    widget.stop();
    stream.push(frames(answer(runId, "Hello there.").slice(3), 4));
    await settle();
    expect([shown(), widget.turn.value.kind]).toEqual([["visitor sent hi", "agent stopped Hell"], "idle"]);
    expect(stage.paths().filter((path) => path.endsWith("/cancel"))).toHaveLength(1);
    expect(connects()[0]?.signal?.aborted).toBe(true);
  });

  it("a stream that broke off, and fetches the rest of it", async () => {
    const stream = openStream();
    hub.script(WIDGET_PATHS.connect, () => stream.response);
    await say("hi");
    const runId = runIdOf(connects()[0]);
    const events = answer(runId, "Hello there.");
    hub.overrides.set(`${WIDGET_PATHS.runs}/${runId}/events`, ({ headers }) => {
      expect(headers["last-event-id"]).toBe("3");
      return streamOf(frames(events.slice(3), 4));
    });
    stream.push(frames(events.slice(0, 3)));
    await settle();
    stream.reset();
    await env.advance(1_000);
    expect([shown(), loads]).toEqual([GREETED, ["plain", "engine"]]);
  });

  it.each([
    ["a network that fails", () => Promise.reject(new TypeError("failed"))],
    ["503", () => refusal(503, "not_ready")],
    ["429", () => refusal(429, "rate_limited", { "retry-after": "1" })],
    ["401", () => refusal(401, "invalid_session")],
    ["a body without an event", () => streamOf("")],
  ])("what the first try met: %s at connect is no more than one try", async (_, respond) => {
    hub.script(WIDGET_PATHS.connect, respond);
    await say("hi");
    await env.advance(10_000);
    expect([shown(), connects().length, loads]).toEqual([GREETED, 2, ["plain", "engine"]]);
    const ids = connects().map(({ body }) => [Object(body)["messages"][0].id, Object(body)["runId"]]);
    expect(ids[0]).toEqual(ids[1]);
  });

  it.each([
    ["a network that fails", () => Promise.reject(new TypeError("failed")), 2],
    ["503", () => refusal(503, "not_ready"), 2],
    ["a refusal", () => refusal(403, "origin_not_allowed"), 1],
  ])("what the first guest met: %s", async (_, respond, guests) => {
    const codes: string[] = [];
    widget.on("problem", ({ code }) => codes.push(code));
    hub.script(WIDGET_PATHS.guest, respond);
    await say("hi");
    await env.advance(10_000);
    expect(env.sent(WIDGET_PATHS.guest).length).toBe(guests);
    if (guests === 2) expect([shown(), codes]).toEqual([GREETED, []]);
    else expect([stage.visitorRow()?.state, codes]).toEqual(["failed", ["origin_not_allowed"]]);
  });

  it("what comes beside the text: it is shown once the part is there, and the text is complete before", async () => {
    const sources = [{ id: "s1", title: "Guide", url: "https://docs.example/guide" }];
    hub.script(WIDGET_PATHS.connect, (request) => {
      const [begin, ...rest] = answer(runIdOf(request), "Hello there.");
      const beside = { type: "CUSTOM", name: "foyer.sources", value: sources } as const;
      return streamOf(frames([...(begin ? [begin] : []), beside, ...rest]));
    });
    await say("hi");
    expect([shown(), stage.agentRow()?.sources, loads]).toEqual([GREETED, sources, ["plain", "engine"]]);
  });

  it("a message written offline, and what was said before it", async () => {
    await say("hi");
    env.connected = false;
    env.emit("offline");
    expect(widget.session.value.kind).toBe("offline");
    widget.send("later");
    await settle();
    expect(stage.visitorRow()?.state).toBe("sent");
    expect(shown().at(-1)).toBe("visitor queued later");
    env.emit("online");
    await settle();
    expect([texts(), env.sent(WIDGET_PATHS.guest).length]).toEqual([["hi", "later"], 1]);
    expect(shown().at(-1)).toBe("agent complete Hello there.");
  });

  it("a message while the token has too little left for a stream: renewed first", async () => {
    await say("hi");
    env.emit("hidden");
    await env.advance(290_000);
    await say("again");
    expect(stage.paths().slice(-2)).toEqual([WIDGET_PATHS.refresh, WIDGET_PATHS.connect]);
    expect(shown().at(-1)).toBe("agent complete Hello there.");
  });

  it("once another tab has gone on with this visitor, with the newest token", async () => {
    await say("hi");
    const [name = "", text = ""] = [...env.stored].find(([key]) => !key.endsWith(":outbox")) ?? [];
    env.stored.set(name, JSON.stringify({ ...JSON.parse(text), r: "refresh-of-the-other" }));
    env.emit("storage");
    await env.advance(1_000);
    expect(loads).toEqual(["plain", "engine"]);
    await env.advance(240_000);
    expect(env.sent(WIDGET_PATHS.refresh).map(({ body }) => Object(body)["refresh_token"])).toEqual([
      "refresh-of-the-other",
    ]);
  });

  it("where two tabs of somebody new begin at once: both go on as the guest that was stored", async () => {
    const other = new ManualEnvironment(env.browser, env.stored);
    other.randomBytes(7);
    other.respond = env.respond;
    const second = createWidget({ clientKey: CLIENT_KEY, apiUrl: API_URL, config: CONFIG }, other, parts);
    let late: (() => void) | undefined;
    hub.script(
      WIDGET_PATHS.guest,
      () =>
        new Promise(
          (resolve) => (late = () => resolve(hub.session({ visitor: { id: "g2", type: "guest" } }))),
        ),
    );
    second.send("from the other");
    await settle();
    await say("hi");
    late?.();
    await other.advance(1_000);
    const bodies = [...connects(), ...other.sent(WIDGET_PATHS.connect)].map(({ body }) => Object(body));
    expect(new Set(bodies.map(({ threadId }) => threadId)).size).toBe(1);
    // A message that both tabs send is one to the hub: it has one id.
    expect(new Set(bodies.map(({ messages }) => messages[0].id)).size).toBe(2);
    expect(stage.stored()).toMatchObject({ s: "guest:g1" });
    second.dispose();
  });
});

describe("where the engine does not come", () => {
  beforeEach(() => {
    loadEngine = () => Promise.reject(new TypeError("Failed to fetch dynamically imported module"));
  });

  it("it is asked for again, twice, with a pause; then the message is there with Retry", async () => {
    hub.script(WIDGET_PATHS.connect, () => refusal(503, "not_ready"));
    await say("hi");
    expect([loads, shown()]).toEqual([["plain", "engine"], ["visitor sending hi"]]);
    await env.advance(10_000);
    expect([loads.slice(1), shown()]).toEqual([["engine", "engine", "engine"], ["visitor failed hi"]]);
    expect([widget.turn.value.kind, stage.visitorRow()?.problem?.code]).toEqual(["idle", "hub_unreachable"]);
    loadEngine = async () => createEngine;
    widget.retry(stage.visitorRow()?.id ?? "");
    await settle();
    expect(shown()).toEqual(GREETED);
  });

  it("an answer that broke off says so, and the composer is free", async () => {
    const stream = openStream();
    hub.script(WIDGET_PATHS.connect, () => stream.response);
    await say("hi");
    stream.push(frames(answer(runIdOf(connects()[0]), "Hello there.").slice(0, 3)));
    await settle();
    stream.reset();
    await env.advance(10_000);
    expect([shown(), widget.turn.value.kind]).toEqual([["visitor sent hi", "agent cut Hell"], "idle"]);
  });

  it("what only the engine can do is told on the row, and the conversation goes on", async () => {
    await say("hi");
    const id = stage.agentRow()?.id ?? "";
    widget.rate(id, 1);
    expect(widget.regenerate(id)).toBe(true);
    await settle();
    expect(stage.agentRow()).toMatchObject({ notice: { code: "hub_unreachable" } });
    await say("again");
    expect(shown().slice(-2)).toEqual(["visitor sent again", "agent complete Hello there."]);
    expect(env.sent(messageFeedbackPath(id))).toEqual([]);
  });
});

describe("somebody else", () => {
  const ADA = fakeJwt({ sub: "user:ada" });

  it("who logs in while an answer comes sees no word of it, and brings the guest's conversation along", async () => {
    const stream = openStream();
    hub.script(WIDGET_PATHS.connect, () => stream.response);
    await say("hi");
    const events = answer(runIdOf(connects()[0]), "Hello there.");
    stream.push(frames(events.slice(0, 3)));
    await settle();
    hub.subject = "user:ada";
    widget.identify({ token: ADA });
    expect([shown(), env.stored.size, widget.turn.value.kind]).toEqual([[], 0, "idle"]);
    stream.push(frames(events.slice(3), 4));
    await settle();
    expect([shown(), connects()[0]?.signal?.aborted]).toEqual([[], true]);
    widget.open();
    await settle();
    expect(env.sent(WIDGET_PATHS.exchange).map(({ body }) => Object(body)["guest_refresh_token"])).toEqual([
      "refresh-1",
    ]);
  });

  it.each(["local", "none"] as const)(
    "logout ends the guest here and on the hub, stored: %s",
    async (storage) => {
      start({ storage });
      await say("hi");
      widget.logout();
      expect([shown(), env.stored.size]).toEqual([[], 0]);
      await settle();
      expect(env.sent(WIDGET_PATHS.logout).map(({ body }) => Object(body)["refresh_token"])).toEqual([
        "refresh-1",
      ]);
    },
  );

  it("who logs in before anything was said keeps the words that stand in the field, and those on their way", async () => {
    loadEngine = () => new Promise(() => {});
    hub.script(WIDGET_PATHS.guest, () => new Promise(() => {}));
    await say("hi");
    widget.draft.value = "and";
    widget.identify({ token: ADA });
    expect([shown(), widget.draft.value]).toEqual([[], "hi\nand"]);
  });

  it("who logs in while the plain part is on its way is not answered as a guest", async () => {
    widget.send("hi");
    hub.subject = "user:ada";
    widget.identify({ token: ADA });
    await settle();
    expect([shown(), widget.draft.value, env.sent(WIDGET_PATHS.guest)]).toEqual([[], "hi", []]);
  });
});
