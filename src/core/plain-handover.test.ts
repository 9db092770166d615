// Everything that fetches the engine in the middle of a plain conversation: nothing is lost, doubled or shown late.
import { beforeEach, describe, expect, it } from "vitest";
import { WIDGET_PATHS } from "../protocol/paths.ts";
import { messageFeedbackPath } from "../protocol/thread-paths.ts";
import { createEngine } from "./engine.ts";
import { ManualEnvironment, settle } from "./testing/environment.ts";
import { answer, fakeJwt, frames, openStream, refusal, runIdOf, streamOf } from "./testing/hub.ts";
import { BESIDE, createPlainStage, GREETED, type PlainStage } from "./testing/plain.ts";

let plain: PlainStage;
let stage: PlainStage["stage"];
let env: PlainStage["env"];
let hub: PlainStage["hub"];

beforeEach(() => {
  plain = createPlainStage();
  ({ stage, env, hub } = plain);
});

describe("the engine takes over", () => {
  it.each<[string, () => void]>([
    ["a rating", () => stage.widget.rate("nobody", 1)],
    ["a look at the conversations", () => void stage.widget.threads()],
    ["another version", () => stage.widget.selectBranch("nobody")],
    ["older messages", () => stage.widget.loadOlder()],
  ])("the very stream of an answer: %s", async (_, cause) => {
    const stream = openStream();
    hub.script(WIDGET_PATHS.connect, () => stream.response);
    await plain.say("hi");
    const events = answer(runIdOf(plain.connects()[0]), "Hello there.");
    stream.push(frames(events.slice(0, 3)));
    await settle();
    cause();
    await settle();
    expect([plain.loads, plain.shown()]).toEqual([
      ["plain", "engine"],
      ["visitor sent hi", "agent streaming Hell"],
    ]);
    expect(stage.widget.turn.value.kind).toBe("answering");
    stream.push(frames(events.slice(3), 4));
    stream.end();
    await settle();
    expect([plain.shown(), stage.widget.turn.value.kind, plain.connects().length]).toEqual([
      GREETED,
      "idle",
      1,
    ]);
    await plain.say("again");
    expect([plain.shown().at(-1), env.sent(WIDGET_PATHS.guest).length]).toEqual([
      "agent complete Hello there.",
      1,
    ]);
  });

  it("a message that is on its way: it goes out once, and its answer is shown", async () => {
    const stream = openStream();
    let respond: ((response: Response) => void) | undefined;
    hub.script(WIDGET_PATHS.connect, () => new Promise((resolve) => (respond = resolve)));
    await plain.say("hi");
    stage.widget.rate("nobody", 1);
    await settle();
    respond?.(stream.response);
    stream.push(frames(answer(runIdOf(plain.connects()[0]), "Hello there.")));
    stream.end();
    await settle();
    expect([plain.shown(), plain.connects().length, plain.loads]).toEqual([GREETED, 1, ["plain", "engine"]]);
  });

  it("a message whose guest is still asked for", async () => {
    hub.script(WIDGET_PATHS.guest, () => new Promise(() => {}));
    await plain.say("hi");
    expect(stage.widget.session.value.kind).toBe("starting");
    stage.widget.rate("nobody", 1);
    await settle();
    expect([plain.shown(), plain.texts()]).toEqual([GREETED, ["hi"]]);
  });

  it("an answer that is stopped after that: once, here and on the hub", async () => {
    const stream = openStream();
    hub.script(WIDGET_PATHS.connect, () => stream.response);
    await plain.say("hi");
    const runId = runIdOf(plain.connects()[0]);
    stream.push(frames(answer(runId, "Hello there.").slice(0, 3)));
    stage.widget.rate("nobody", 1);
    await settle();
    stage.widget.stop();
    stream.push(frames(answer(runId, "Hello there.").slice(3), 4));
    await settle();
    expect([plain.shown(), stage.widget.turn.value.kind]).toEqual([
      ["visitor sent hi", "agent stopped Hell"],
      "idle",
    ]);
    expect(stage.paths().filter((path) => path.endsWith("/cancel"))).toHaveLength(1);
    expect(plain.connects()[0]?.signal?.aborted).toBe(true);
  });

  it("a stream that broke off, and fetches the rest of it", async () => {
    const stream = openStream();
    hub.script(WIDGET_PATHS.connect, () => stream.response);
    await plain.say("hi");
    const runId = runIdOf(plain.connects()[0]);
    const events = answer(runId, "Hello there.");
    hub.overrides.set(`${WIDGET_PATHS.runs}/${runId}/events`, ({ headers }) => {
      expect(headers["last-event-id"]).toBe("3");
      return streamOf(frames(events.slice(3), 4));
    });
    stream.push(frames(events.slice(0, 3)));
    await settle();
    stream.reset();
    await env.advance(1_000);
    expect([plain.shown(), plain.loads]).toEqual([GREETED, ["plain", "engine"]]);
  });

  it.each([
    ["a network that fails", () => Promise.reject(new TypeError("failed"))],
    ["503", () => refusal(503, "not_ready")],
    ["429", () => refusal(429, "rate_limited", { "retry-after": "1" })],
    ["401", () => refusal(401, "invalid_session")],
    ["a body without an event", () => streamOf("")],
  ])("what the first try met: %s at connect is no more than one try", async (_, respond) => {
    hub.script(WIDGET_PATHS.connect, respond);
    await plain.say("hi");
    await env.advance(10_000);
    expect([plain.shown(), plain.connects().length, plain.loads]).toEqual([GREETED, 2, ["plain", "engine"]]);
    const ids = plain.connects().map(({ body }) => [Object(body)["messages"][0].id, Object(body)["runId"]]);
    expect(ids[0]).toEqual(ids[1]);
  });

  it.each([
    ["a network that fails", () => Promise.reject(new TypeError("failed")), 2],
    ["503", () => refusal(503, "not_ready"), 2],
    ["a refusal", () => refusal(403, "origin_not_allowed"), 1],
  ])("what the first guest met: %s", async (_, respond, guests) => {
    const codes: string[] = [];
    stage.widget.on("problem", ({ code }) => codes.push(code));
    hub.script(WIDGET_PATHS.guest, respond);
    await plain.say("hi");
    await env.advance(10_000);
    expect(env.sent(WIDGET_PATHS.guest).length).toBe(guests);
    if (guests === 2) expect([plain.shown(), codes]).toEqual([GREETED, []]);
    else expect([stage.visitorRow()?.state, codes]).toEqual(["failed", ["origin_not_allowed"]]);
  });

  it("what came beside the text of an answer that is not over", async () => {
    const stream = openStream();
    hub.script(WIDGET_PATHS.connect, () => stream.response);
    await plain.say("hi");
    const [begin, ...rest] = answer(runIdOf(plain.connects()[0]), "Hello there.");
    stream.push(frames([...(begin ? [begin] : []), BESIDE]));
    await settle();
    stage.widget.rate("nobody", 1);
    await settle();
    stream.push(frames(rest, 3));
    stream.end();
    await settle();
    expect([plain.shown(), stage.agentRow()?.sources]).toEqual([GREETED, BESIDE.value]);
  });

  it("a message written offline, and what was said before it", async () => {
    await plain.say("hi");
    env.connected = false;
    env.emit("offline");
    expect(stage.widget.session.value.kind).toBe("offline");
    stage.widget.send("later");
    await settle();
    expect(stage.visitorRow()?.state).toBe("sent");
    expect(plain.shown().at(-1)).toBe("visitor queued later");
    env.emit("online");
    await settle();
    expect([plain.texts(), env.sent(WIDGET_PATHS.guest).length]).toEqual([["hi", "later"], 1]);
    expect(plain.shown().at(-1)).toBe("agent complete Hello there.");
  });

  it("a message that the connection broke off: the composer is free meanwhile, and all go out in order, once", async () => {
    hub.script(WIDGET_PATHS.connect, () => {
      env.connected = false;
      env.emit("offline");
      return Promise.reject(new TypeError("failed"));
    });
    await plain.say("hi");
    expect(stage.widget.turn.value.kind).toBe("idle");
    await plain.say("and");
    expect(plain.shown()).toEqual(["visitor sending hi", "visitor queued and"]);
    env.emit("online");
    await env.advance(1_000);
    expect([plain.texts(), plain.shown().filter((line) => line.startsWith("visitor"))]).toEqual([
      ["hi", "hi", "and"],
      ["visitor sent hi", "visitor sent and"],
    ]);
  });

  it("a message that breaks off a moment before the page knows that it is offline: no other", async () => {
    plain.loadEngine = () => Promise.reject(new TypeError("Failed to fetch dynamically imported module"));
    hub.script(WIDGET_PATHS.connect, () => Promise.reject(new TypeError("failed")));
    await plain.say("hi");
    expect(stage.widget.turn.value.kind).toBe("sending");
    env.connected = false;
    env.emit("offline");
    expect(stage.widget.turn.value.kind).toBe("idle");
  });

  it("what stands in the field: what was just sent does not come back", async () => {
    await plain.say("hi");
    stage.widget.draft.value = "and more";
    await env.advance(1_000);
    hub.script(WIDGET_PATHS.connect, () => refusal(503, "not_ready"));
    stage.widget.send();
    await env.advance(10_000);
    expect([stage.widget.draft.value, plain.loads]).toEqual(["", ["plain", "engine"]]);
    expect(plain.texts()).toEqual(["hi", "and more", "and more"]);
  });

  it("a message while the token has too little left for a stream: renewed first", async () => {
    await plain.say("hi");
    env.emit("hidden");
    await env.advance(290_000);
    await plain.say("again");
    expect(stage.paths().slice(-2)).toEqual([WIDGET_PATHS.refresh, WIDGET_PATHS.connect]);
    expect(plain.shown().at(-1)).toBe("agent complete Hello there.");
  });

  it("once another tab has gone on with this visitor, with the newest token", async () => {
    await plain.say("hi");
    const [name = "", text = ""] = [...env.stored].find(([key]) => !key.endsWith(":outbox")) ?? [];
    env.stored.set(name, JSON.stringify({ ...JSON.parse(text), r: "refresh-of-the-other" }));
    env.emit("storage");
    await env.advance(1_000);
    expect(plain.loads).toEqual(["plain", "engine"]);
    await env.advance(240_000);
    expect(env.sent(WIDGET_PATHS.refresh).map(({ body }) => Object(body)["refresh_token"])).toEqual([
      "refresh-of-the-other",
    ]);
  });

  it("where two tabs of somebody new begin at once: both go on as the guest that was stored", async () => {
    const other = new ManualEnvironment(env.browser, env.stored);
    other.randomBytes(7);
    other.respond = env.respond;
    const second = plain.open(other);
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
    await plain.say("hi");
    late?.();
    await other.advance(1_000);
    const bodies = [...plain.connects(), ...other.sent(WIDGET_PATHS.connect)].map(({ body }) => Object(body));
    expect(new Set(bodies.map(({ threadId }) => threadId)).size).toBe(1);
    // A message that both tabs send is one to the hub: it has one id.
    expect(new Set(bodies.map(({ messages }) => messages[0].id)).size).toBe(2);
    expect(stage.stored()).toMatchObject({ s: "guest:g1" });
    second.dispose();
  });
});

describe("where the engine does not come", () => {
  beforeEach(() => {
    plain.loadEngine = () => Promise.reject(new TypeError("Failed to fetch dynamically imported module"));
  });

  it("it is asked for again, twice, with a pause; then the message is there with Retry", async () => {
    hub.script(WIDGET_PATHS.connect, () => refusal(503, "not_ready"));
    await plain.say("hi");
    expect([plain.loads, plain.shown()]).toEqual([["plain", "engine"], ["visitor sending hi"]]);
    await env.advance(10_000);
    expect([plain.loads.slice(1), plain.shown()]).toEqual([
      ["engine", "engine", "engine"],
      ["visitor failed hi"],
    ]);
    expect([stage.widget.turn.value.kind, stage.visitorRow()?.problem?.code]).toEqual([
      "idle",
      "hub_unreachable",
    ]);
    plain.loadEngine = async () => createEngine;
    stage.widget.retry(stage.visitorRow()?.id ?? "");
    await settle();
    expect(plain.shown()).toEqual(GREETED);
  });

  it("an answer that broke off says so, and the composer is free", async () => {
    const stream = openStream();
    hub.script(WIDGET_PATHS.connect, () => stream.response);
    await plain.say("hi");
    stream.push(frames(answer(runIdOf(plain.connects()[0]), "Hello there.").slice(0, 3)));
    await settle();
    stream.reset();
    await env.advance(10_000);
    expect([plain.shown(), stage.widget.turn.value.kind]).toEqual([
      ["visitor sent hi", "agent cut Hell"],
      "idle",
    ]);
  });

  it("an answer goes on though its session is to be renewed", async () => {
    hub.ttlS = 6;
    const stream = openStream();
    hub.script(WIDGET_PATHS.connect, () => stream.response);
    await plain.say("hi");
    const events = answer(runIdOf(plain.connects()[0]), "Hello there.");
    stream.push(frames(events.slice(0, 3)));
    await env.advance(20_000);
    expect([plain.loads.length > 3, plain.shown()[1]]).toEqual([true, "agent streaming Hell"]);
    stream.push(frames(events.slice(3), 4));
    stream.end();
    await settle();
    expect([plain.shown(), stage.widget.turn.value.kind]).toEqual([GREETED, "idle"]);
  });

  it("what only the engine can do is told on the row, and the conversation goes on", async () => {
    await plain.say("hi");
    const id = stage.agentRow()?.id ?? "";
    stage.widget.rate(id, 1);
    expect(stage.widget.regenerate(id)).toBe(true);
    await settle();
    expect(stage.agentRow()).toMatchObject({ notice: { code: "hub_unreachable" } });
    await plain.say("again");
    expect(plain.shown().slice(-2)).toEqual(["visitor sent again", "agent complete Hello there."]);
    expect(env.sent(messageFeedbackPath(id))).toEqual([]);
  });
});

describe("somebody else", () => {
  const ADA = fakeJwt({ sub: "user:ada" });

  it("who logs in while an answer comes sees no word of it, and brings the guest's conversation along", async () => {
    const stream = openStream();
    hub.script(WIDGET_PATHS.connect, () => stream.response);
    await plain.say("hi");
    const events = answer(runIdOf(plain.connects()[0]), "Hello there.");
    stream.push(frames(events.slice(0, 3)));
    await settle();
    hub.subject = "user:ada";
    stage.widget.identify({ token: ADA });
    expect([plain.shown(), env.stored.size, stage.widget.turn.value.kind]).toEqual([[], 0, "idle"]);
    stream.push(frames(events.slice(3), 4));
    await settle();
    expect([plain.shown(), plain.connects()[0]?.signal?.aborted]).toEqual([[], true]);
    stage.widget.open();
    await settle();
    expect(env.sent(WIDGET_PATHS.exchange).map(({ body }) => Object(body)["guest_refresh_token"])).toEqual([
      "refresh-1",
    ]);
  });

  it.each(["local", "none"] as const)(
    "logout ends the guest here and on the hub, stored: %s",
    async (storage) => {
      plain.start({ storage });
      await plain.say("hi");
      stage.widget.logout();
      expect([plain.shown(), env.stored.size]).toEqual([[], 0]);
      await settle();
      expect(env.sent(WIDGET_PATHS.logout).map(({ body }) => Object(body)["refresh_token"])).toEqual([
        "refresh-1",
      ]);
    },
  );

  it("who logs in before anything was said keeps the words that stand in the field, and those on their way", async () => {
    plain.loadEngine = () => new Promise(() => {});
    hub.script(WIDGET_PATHS.guest, () => new Promise(() => {}));
    await plain.say("hi");
    stage.widget.draft.value = "and";
    stage.widget.identify({ token: ADA });
    expect([plain.shown(), stage.widget.draft.value]).toEqual([[], "hi\nand"]);
  });

  it("who logs in while the plain part is on its way is not answered as a guest", async () => {
    stage.widget.send("hi");
    hub.subject = "user:ada";
    stage.widget.identify({ token: ADA });
    await settle();
    expect([plain.shown(), stage.widget.draft.value, env.sent(WIDGET_PATHS.guest)]).toEqual([[], "hi", []]);
  });
});
