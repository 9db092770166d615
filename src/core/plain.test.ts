// A new guest's conversation without the engine; what fetches that is in plain-handover.test.ts.
import { beforeEach, describe, expect, it } from "vitest";
import { WIDGET_PATHS } from "../protocol/paths.ts";
import { settle } from "./testing/environment.ts";
import { answer, frames, openStream, runIdOf, streamOf } from "./testing/hub.ts";
import { BESIDE, createPlainStage, GREETED, type PlainStage } from "./testing/plain.ts";

let plain: PlainStage;
let stage: PlainStage["stage"];
let env: PlainStage["env"];
let hub: PlainStage["hub"];

beforeEach(() => {
  plain = createPlainStage();
  ({ stage, env, hub } = plain);
});

describe("a plain conversation", () => {
  it("needs no engine, however many messages it has: one guest, one request each", async () => {
    stage.widget.open();
    expect(stage.widget.session.value.kind).toBe("idle");
    for (const text of ["hi", "and", "again"]) await plain.say(text);
    expect(plain.shown()).toEqual([
      ...GREETED,
      "visitor sent and",
      "agent complete Hello there.",
      "visitor sent again",
      "agent complete Hello there.",
    ]);
    expect(stage.paths()).toEqual([WIDGET_PATHS.guest, ...Array(3).fill(WIDGET_PATHS.connect)]);
    expect(new Set(plain.connects().map(({ body }) => Object(body)["threadId"])).size).toBe(1);
    expect([plain.loads, stage.widget.session.value.kind, stage.widget.turn.value.kind]).toEqual([
      ["plain"],
      "ready",
      "idle",
    ]);
  });

  it("is stored from its first message on, and comes back after a reload", async () => {
    await plain.say("hi");
    const threadId = Object(plain.connects()[0]?.body)["threadId"];
    expect(stage.stored()).toMatchObject({ v: 1, r: "refresh-1", s: "guest:g1", t: threadId });
    stage.widget.dispose();
    plain.start().open();
    await settle();
    expect([plain.loads, env.sent(WIDGET_PATHS.refresh).length]).toEqual([["plain", "engine"], 1]);
  });

  it("may have sources and suggestions, before and after the text", async () => {
    hub.script(
      WIDGET_PATHS.connect,
      (request) => {
        const [begin, ...rest] = answer(runIdOf(request), "Hello there.");
        return streamOf(frames([...(begin ? [begin] : []), BESIDE, ...rest]));
      },
      (request) => {
        const events = answer(runIdOf(request), "Hello there.");
        const next = { type: "CUSTOM", name: "foyer.suggestions", value: ["And then?"] } as const;
        return streamOf(frames([...events.slice(0, -1), next, ...events.slice(-1)]));
      },
    );
    await plain.say("hi");
    expect(stage.agentRow()?.sources).toEqual(BESIDE.value);
    await plain.say("again");
    expect([stage.agentRow()?.suggestions, stage.agentRow()?.sources]).toEqual([["And then?"], undefined]);
    expect(plain.loads).toEqual(["plain"]);
  });

  it("closed and opened again asks for nothing", async () => {
    stage.widget.open();
    await plain.say("hi");
    const before = env.requests.length;
    stage.widget.close();
    stage.widget.open();
    await settle();
    expect([env.requests.length - before, plain.loads]).toEqual([0, ["plain"]]);
  });

  it.each(["none", "local"] as const)("works where nothing can be stored: %s", async (storage) => {
    plain.start({ storage });
    env.storageFails = "read";
    await plain.say("hi");
    await plain.say("again");
    expect([plain.shown().length, env.stored.size, plain.loads]).toEqual([4, 0, ["plain"]]);
    expect(env.logs).toEqual(storage === "none" ? [] : ["debug no storage"]);
  });

  it("of a tab that may be copied is the engine's from the start", async () => {
    plain.start({ storage: "session" });
    await plain.say("hi");
    expect([plain.shown(), plain.loads]).toEqual([GREETED, ["engine"]]);
  });

  it("has no timer while hidden, and one that renews its session when it is seen", async () => {
    await plain.say("hi");
    expect(env.timers.size).toBe(1);
    env.emit("hidden");
    expect(env.timers.size).toBe(0);
    env.emit("visible");
    await env.advance(240_100);
    expect([plain.loads, env.sent(WIDGET_PATHS.refresh).length]).toEqual([["plain", "engine"], 1]);
  });

  it("keeps the draft from its first message on, and at once when the page hides", async () => {
    stage.widget.draft.value = "h";
    await env.advance(1_000);
    expect(env.stored.size).toBe(0);
    await plain.say("hi");
    stage.widget.draft.value = "half a thou";
    env.emit("pagehide");
    expect([...env.stored.values()].map((text) => JSON.parse(text)["d"])).toContain("half a thou");
    stage.widget.dispose();
    plain.start().open();
    await settle();
    expect(stage.widget.draft.value).toBe("half a thou");
  });

  it("dispose() in the middle of an answer leaves nothing", async () => {
    const stream = openStream();
    hub.overrides.set(WIDGET_PATHS.connect, () => stream.response);
    await plain.say("hi");
    stage.widget.dispose();
    await settle();
    expect([env.timers.size, env.listeners.size, plain.connects()[0]?.signal?.aborted]).toEqual([0, 0, true]);
  });
});

describe("stopping", () => {
  it("ends the answer here at once, also offline, and tells the hub; the next message is as plain", async () => {
    const stream = openStream();
    hub.script(WIDGET_PATHS.connect, () => stream.response);
    await plain.say("hi");
    const runId = runIdOf(plain.connects()[0]);
    stream.push(frames(answer(runId, "Hello there.").slice(0, 3)));
    await settle();
    env.connected = false;
    env.emit("offline");
    stage.widget.stop();
    expect([plain.shown(), stage.widget.turn.value.kind]).toEqual([
      ["visitor sent hi", "agent stopped Hell"],
      "idle",
    ]);
    stream.push(frames(answer(runId, "Hello there.").slice(3), 4));
    await settle();
    expect(plain.shown()[1]).toBe("agent stopped Hell");
    expect(stage.paths().at(-1)).toBe(`${WIDGET_PATHS.runs}/${runId}/cancel`);
    env.emit("online");
    await plain.say("again");
    expect([plain.shown().at(-1), plain.loads]).toEqual(["agent complete Hello there.", ["plain"]]);
  });

  it("before the hub took the message keeps it with Retry, which sends the very same", async () => {
    hub.script(WIDGET_PATHS.connect, () => new Promise(() => {}));
    await plain.say("hi");
    stage.widget.stop();
    await settle();
    const row = stage.visitorRow();
    expect(row).toMatchObject({ state: "failed", problem: { code: "send_stopped" } });
    stage.widget.retry(row?.id ?? "");
    await settle();
    expect([plain.shown(), plain.loads]).toEqual([GREETED, ["plain", "engine"]]);
    const ids = plain.connects().map(({ body }) => Object(body)["messages"][0].id);
    expect(new Set(ids).size).toBe(1);
  });
});
