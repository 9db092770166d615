// Lines of the session's promise that need a whole widget to be seen: when it asks, waits, and listens.
import { beforeEach, describe, expect, it } from "vitest";
import { runEventsPath, WIDGET_PATHS } from "../protocol/paths.ts";
import type { LifecycleEvent } from "./environment.ts";
import { settle } from "./testing/environment.ts";
import { answer, frames, json, refusal, runIdOf, streamOf } from "./testing/hub.ts";
import { createStage, type Stage } from "./testing/widget.ts";

const HOUR_MS = 3_600_000;

let stage: Stage;
let env: Stage["env"];
let hub: Stage["hub"];
const count = (path: string) => env.sent(path).length;
const refreshes = () => count(WIDGET_PATHS.refresh);
const connects = () => count(WIDGET_PATHS.connect);
const rows = () =>
  stage.widget.rows.value.flatMap((row) => (row.kind === "visitor" ? [[row.text, row.state]] : []));
const hang = () => new Promise<Response>(() => {});

/** A guest who has said one thing. */
async function haveGuest(): Promise<void> {
  stage.start().send("hi");
  await settle();
}

beforeEach(() => {
  stage = createStage();
  ({ env, hub } = stage);
});

it.each([0, -1, Number.NaN, 4e8, undefined])("R1 N17 a lifetime of %s s is told once", async (ttlS) => {
  hub.ttlS = ttlS;
  await haveGuest();
  await env.advance(HOUR_MS);
  expect(refreshes()).toBeGreaterThan(10);
  expect(env.logs.filter((line) => /^warn .*lifetime/.test(line)).length).toBe(1);
});

it("N13 what the hub tells the site owner is one line on the console, with the first session", async () => {
  hub.overrides.set(WIDGET_PATHS.guest, async () => {
    const session: unknown = await hub.session().json();
    return json({ ...Object(session), notice: `agent_pinned: ${"x".repeat(400)}` });
  });
  hub.overrides.set(WIDGET_PATHS.connect, () => refusal(401, "invalid_session"));
  stage.start({ agent: "support" }).send("hi");
  await env.advance(HOUR_MS);
  expect(count(WIDGET_PATHS.guest)).toBe(2);
  expect(env.logs.filter((line) => line.includes("agent_pinned"))).toEqual([
    expect.stringMatching(/^warn agent_pinned: x{286}$/),
  ]);
});

describe("R6 while a refresh is under way", () => {
  beforeEach(async () => {
    await haveGuest();
    hub.overrides.set(WIDGET_PATHS.refresh, hang);
  });

  it("a token that is still good is used at once", async () => {
    await env.advance(240_100);
    expect([refreshes(), stage.widget.session.value.kind]).toEqual([1, "refreshing"]);
    stage.widget.send("again");
    await settle();
    expect(rows()).toContainEqual(["again", "sent"]);
    expect(refreshes()).toBe(1);
  });

  it("one that has ended is waited for, 10 s at most, and then it is a typed problem", async () => {
    env.wallMs += HOUR_MS;
    const threads = await stage.widget.threads();
    threads.load();
    stage.widget.send("again");
    await env.advance(9_900);
    expect([refreshes(), connects(), count(WIDGET_PATHS.threads)]).toEqual([1, 1, 0]);
    expect(threads.state.value.kind).toBe("loading");
    await env.advance(30_000);
    expect(threads.state.value).toMatchObject({ kind: "failed", problem: { code: "timeout" } });
    expect([connects(), count(WIDGET_PATHS.threads)]).toEqual([1, 0]);
  });
});

describe("R7 never too often", () => {
  it("a token of a second is renewed once a second", async () => {
    hub.ttlS = 1;
    const atMs: number[] = [];
    hub.overrides.set(WIDGET_PATHS.refresh, () => {
      atMs.push(env.monotonicMs);
      return hub.session();
    });
    await haveGuest();
    await env.advance(30_000);
    const gaps = atMs.slice(1).map((at, index) => at - (atMs[index] ?? 0));
    expect(gaps.length).toBeGreaterThan(20);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_000);
  });

  it("six renewals in a minute are a loop: nothing is asked for 60 s, then it goes on", async () => {
    const codes: string[] = [];
    const renewals = () => refreshes() + count(WIDGET_PATHS.guest);
    hub.overrides.set(WIDGET_PATHS.connect, () => refusal(401, "invalid_session"));
    stage.start().on("problem", ({ code }) => codes.push(code));
    for (let round = 0; round < 10 && !codes.includes("refresh_loop"); round++) {
      stage.widget.send(`round ${round}`);
      await env.advance(2_000);
    }
    expect(codes).toContain("refresh_loop");
    stage.widget.open();
    const before = renewals();
    await env.advance(50_000);
    expect(renewals()).toBe(before);
    await env.advance(10_000);
    expect([stage.widget.session.value.kind, env.timers.size]).toEqual(["idle", 0]);
    hub.overrides.delete(WIDGET_PATHS.connect);
    stage.widget.send("at last");
    await env.advance(1_000);
    expect(rows()).toContainEqual(["at last", "sent"]);
  });
});

it("a guest whose session ends after a failed try is forgotten, and nothing goes on trying", async () => {
  await haveGuest();
  hub.script(
    WIDGET_PATHS.refresh,
    () => refusal(500, "internal_error"),
    () => refusal(401, "session_revoked"),
  );
  await env.advance(300_000);
  expect([stage.widget.session.value.kind, env.timers.size]).toEqual(["idle", 0]);
});

it.each([0, 100])(
  "R13 a failure is remembered: %i callers cause no request besides the session's own tries",
  async (callers) => {
    await haveGuest();
    const threads = await stage.widget.threads();
    env.fixedRandom = 0.999;
    hub.overrides.set(WIDGET_PATHS.refresh, () => refusal(503, "not_ready"));
    env.wallMs += HOUR_MS;
    env.emit("focus");
    await env.advance(1_000);
    for (let caller = 0; caller < callers; caller++) {
      threads.load();
      await env.advance(250);
    }
    await env.advance((100 - callers) * 250);
    expect(refreshes()).toBe(5);
    expect(count(WIDGET_PATHS.threads)).toBe(0);
  },
);

it("R9 hidden with a message that waits: the token is renewed, and the message goes out when its time comes", async () => {
  hub.ttlS = 60;
  await haveGuest();
  hub.script(WIDGET_PATHS.connect, () => refusal(429, "rate_limited", { "retry-after": "120" }));
  stage.widget.send("later");
  await settle();
  env.emit("hidden");
  await env.advance(110_000);
  expect(refreshes()).toBe(2);
  expect(rows()).toContainEqual(["later", "queued"]);
  await env.advance(15_000);
  expect(rows()).toContainEqual(["later", "sent"]);
  expect(env.timers.size).toBe(0);
});

describe("R10 N19 after a sleep, which stops the timers", () => {
  it.each<[LifecycleEvent, LifecycleEvent | null]>([
    ["visible", "hidden"],
    ["pageshow", "pagehide"],
    ["online", "offline"],
    ["resume", "freeze"],
    ["focus", null],
  ])("%s alone is a check, 250 ms later; more of it is not more", async (back, gone) => {
    await haveGuest();
    if (gone !== null) env.emit(gone);
    env.wallMs += 8 * HOUR_MS;
    for (let times = 0; times < 3; times++) env.emit(back);
    await env.advance(249);
    expect(refreshes()).toBe(0);
    await env.advance(2);
    expect(refreshes()).toBe(1);
    env.emit(back);
    await env.advance(5_000);
    expect(refreshes()).toBe(1);
  });
});

it("R13 N32 a listener that needs a new token within the event gets it without a delay, and one that throws harms nobody", async () => {
  stage.start();
  let isAsked = false;
  const heard: string[] = [];
  stage.widget.on("message", () => {
    throw new Error("a listener's own");
  });
  stage.widget.on("message", ({ role }) => {
    heard.push(role);
    if (role !== "assistant" || isAsked) return;
    isAsked = true;
    env.wallMs += HOUR_MS;
    void stage.widget.threads().then((threads) => threads.load());
    env.emit("focus");
  });
  stage.widget.send("hi");
  await settle();
  await settle();
  expect(heard).toEqual(["user", "assistant"]);
  expect([refreshes(), count(WIDGET_PATHS.threads)]).toEqual([1, 1]);
  expect(env.logs.some((line) => line.startsWith("error a listener threw"))).toBe(true);
});

describe("N42 a stream that is not as it should be", () => {
  const texts = () =>
    stage.widget.rows.value.flatMap((row) => (row.kind === "agent" ? [[row.text, row.state]] : []));

  it("events told twice, unknown ones and junk between them change nothing", async () => {
    hub.script(WIDGET_PATHS.connect, (request) => {
      const [first, ...rest] = frames(answer(runIdOf(request), "Hello there.")).split(/(?<=\n\n)/);
      const odd =
        'id: 90\ndata: {"type":"NEWS"}\n\nid: 91\ndata: {"type":7}\n\nid: 92\ndata: {broken\n\n: hb\n\n';
      return streamOf([first, first, odd, ...rest.flatMap((frame) => [frame, odd, frame])].join(""));
    });
    await haveGuest();
    expect(texts()).toEqual([["Hello there.", "complete"]]);
  });

  it("one that says its last words again after a resume, in another order, repeats none", async () => {
    let said: string[] = [];
    hub.script(WIDGET_PATHS.connect, (request) => {
      said = frames(answer(runIdOf(request), "Hello there.")).split(/(?<=\n\n)/);
      hub.overrides.set(runEventsPath(runIdOf(request)), () =>
        streamOf([...said.slice(1, 4).toReversed(), ...said.slice(2)].join("")),
      );
      return streamOf(said.slice(0, 4).join(""));
    });
    await haveGuest();
    await env.advance(5_000);
    expect(texts()).toEqual([["Hello there.", "complete"]]);
  });

  it("one that never comes to an end is cut off, with its text", async () => {
    hub.script(WIDGET_PATHS.connect, (request) => {
      const said = frames(answer(runIdOf(request), "Hello there.")).split(/(?<=\n\n)/);
      hub.overrides.set(runEventsPath(runIdOf(request)), () => streamOf(""));
      return streamOf(said.slice(0, 4).join(""));
    });
    await haveGuest();
    await env.advance(60_000);
    expect(texts()).toEqual([["Hello th", "cut"]]);
    expect(env.requests.filter(({ path }) => path.endsWith("/events")).length).toBe(5);
  });
});

describe("R23 before a stream is opened", () => {
  const send = async (leftS: number): Promise<string[]> => {
    await haveGuest();
    env.wallMs += (300 - leftS) * 1000;
    const before = env.requests.length;
    stage.widget.send("again");
    await settle();
    expect(rows()).toContainEqual(["again", "sent"]);
    return env.requests.slice(before).map(({ path }) => path);
  };

  it("a token with less than 15 s left is renewed first", async () => {
    expect(await send(14)).toEqual([WIDGET_PATHS.refresh, WIDGET_PATHS.connect]);
    const tokens = env.sent(WIDGET_PATHS.connect).map(({ headers }) => headers["authorization"]);
    expect(new Set(tokens).size).toBe(2);
  });

  it("one with more than 15 s left is used", async () => {
    expect(await send(16)).toContain(WIDGET_PATHS.connect);
    const [first, second] = env.sent(WIDGET_PATHS.connect).map(({ headers }) => headers["authorization"]);
    expect(second).toBe(first);
  });
});
