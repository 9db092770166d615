import { beforeEach, describe, expect, it } from "vitest";
import { WIDGET_PATHS } from "../protocol/paths.ts";
import { readIdentity } from "./identity.ts";
import { settle } from "./testing/environment.ts";
import { answer, fakeJwt, frames, json, openStream, refusal, runIdOf } from "./testing/hub.ts";
import { createStage, type Stage } from "./testing/widget.ts";

let stage: Stage;
let env: Stage["env"];
let hub: Stage["hub"];
const ADA = fakeJwt({ sub: "user:ada" });
const BOB = fakeJwt({ sub: "user:bob" });
const bodies = (path: string) => env.sent(path).map(({ body }) => Object(body));
const texts = (): string[] =>
  stage.widget.rows.value.map((row) => (row.kind === "activity" ? "..." : row.text));
/** Somebody who has said one thing; `subject` is who the hub says it is. */
const chatAs = async (subject: string, token?: string): Promise<void> => {
  hub.subject = subject;
  stage.start(token === undefined ? {} : { userToken: token }).send("hi");
  await settle();
  expect(texts()).toEqual(["hi", "Hello there."]);
};

beforeEach(() => {
  stage = createStage();
  ({ env, hub } = stage);
});

it.each<[string, Parameters<typeof readIdentity>[0]]>([
  ["nothing", undefined],
  ["null", null],
  ["an empty token", { token: "" }],
  ["a huge token", { token: "x".repeat(8193) }],
])("identify with %s is refused, and nothing changes", async (_, identity) => {
  expect(readIdentity(identity)).toBeNull();
  await chatAs("guest:g1");
  const codes: string[] = [];
  stage.widget.on("problem", ({ code }) => codes.push(code));
  stage.widget.identify(Object(identity));
  expect([codes, texts().length]).toEqual([["invalid_option"], 2]);
});

describe("identify", () => {
  it("asks nobody anything while the panel is closed", async () => {
    let calls = 0;
    stage.start().identify({ getToken: () => `${(calls += 1)}` });
    stage.widget.identify({ token: ADA });
    await env.advance(60_000);
    expect([calls, env.requests.length, env.timers.size]).toEqual([0, 0, 0]);
  });

  it("before the first message: the token is exchanged with it", async () => {
    hub.subject = "user:ada";
    stage.start().identify({ token: ADA });
    stage.widget.send("hi");
    await settle();
    expect(bodies(WIDGET_PATHS.exchange)).toMatchObject([{ token: ADA }]);
    expect(env.sent(WIDGET_PATHS.guest)).toEqual([]);
  });

  it("with another token of the same user changes nothing", async () => {
    await chatAs("user:ada", ADA);
    stage.widget.identify({ token: fakeJwt({ sub: "user:ada", jti: 2 }) });
    await settle();
    expect(texts().length).toBe(2);
    expect(env.sent(WIDGET_PATHS.logout)).toEqual([]);
  });

  it("with a fresh token leads out of a session that ended", async () => {
    await chatAs("user:ada", ADA);
    hub.overrides.set(WIDGET_PATHS.refresh, () => refusal(401, "session_revoked"));
    await env.advance(310_000);
    expect(stage.widget.session.value.kind).toBe("dead");
    stage.widget.identify({ token: fakeJwt({ sub: "user:ada", jti: 2 }) });
    stage.widget.send("again");
    await settle();
    expect(texts()).toEqual(["hi", "Hello there.", "again", "Hello there."]);
  });

  it("guest to user: the panel starts empty, and the hub gets the guest's token with the user's", async () => {
    await chatAs("guest:g1");
    hub.subject = "user:ada";
    stage.widget.identify({ token: ADA });
    expect([texts(), env.stored.size]).toEqual([[], 0]);
    stage.widget.send("now as Ada");
    await settle();
    expect(bodies(WIDGET_PATHS.exchange)).toMatchObject([{ token: ADA, guest_refresh_token: "refresh-1" }]);
    expect(env.sent(WIDGET_PATHS.logout)).toEqual([]);
    const threads = bodies(WIDGET_PATHS.connect).map((body) => body["threadId"]);
    expect(new Set(threads).size).toBe(2);
  });

  it("guest to user over a page load: the stored guest's token goes along too", async () => {
    await chatAs("guest:g1");
    stage.widget.dispose();
    hub.subject = "user:ada";
    stage.start({ userToken: ADA }).send("hi");
    await settle();
    expect(bodies(WIDGET_PATHS.exchange)).toMatchObject([{ guest_refresh_token: "refresh-1" }]);
  });
});

describe("getToken", () => {
  const start = (getToken: () => string | Promise<string>): void => {
    hub.subject = "user:ada";
    stage.start().identify({ getToken });
    stage.widget.send("hi");
  };
  const problem = () => Object(stage.widget.session.value)["problem"];

  it("is asked when a session is needed, and again when the session has ended (R24)", async () => {
    let calls = 0;
    start(() => fakeJwt({ sub: "user:ada", call: (calls += 1) }));
    await settle();
    expect(calls).toBe(1);
    hub.script(WIDGET_PATHS.refresh, () => refusal(401, "session_revoked"));
    await env.advance(241_000);
    expect([calls, env.sent(WIDGET_PATHS.exchange).length, stage.widget.session.value.kind]).toEqual([
      2,
      2,
      "ready",
    ]);
    expect(texts().length).toBe(2);
  });

  it.each([
    [400, "invalid_user_token"],
    [401, "invalid_user_token"],
    [409, "token_replayed"],
  ])("is asked once more after an exchange that ends in %i", async (status, code) => {
    let calls = 0;
    hub.subject = "user:ada";
    hub.script(WIDGET_PATHS.exchange, () => refusal(status, code));
    stage.start().identify({ token: ADA, getToken: () => fakeJwt({ sub: "user:ada", call: (calls += 1) }) });
    stage.widget.send("hi");
    await settle();
    expect([calls, env.sent(WIDGET_PATHS.exchange).length, texts().length]).toEqual([1, 2, 2]);
  });

  it.each<[string, () => string | Promise<string>]>([
    [
      "throws",
      () => {
        throw new Error(ADA);
      },
    ],
    ["rejects", () => Promise.reject(new Error(ADA))],
    ["answers nothing", () => ""],
    ["hangs", () => new Promise(() => {})],
  ])("that %s is a typed problem, within 10 s and without a loop", async (_, getToken) => {
    let calls = 0;
    start(() => {
      calls += 1;
      return getToken();
    });
    await env.advance(10_100);
    expect(problem()).toMatchObject({ code: "user_token_unavailable" });
    await env.advance(3_600_000);
    expect([calls, env.timers.size]).toEqual([1, 0]);
    expect(JSON.stringify([env.logs, problem()])).not.toContain("eyJ");
    stage.widget.send("once more");
    await env.advance(10_100);
    expect(calls).toBe(2);
  });

  it("that hangs leaves no timer and no listener when the page ends it", async () => {
    start(() => new Promise(() => {}));
    await settle();
    stage.widget.dispose();
    expect([env.timers.size, env.listeners.size]).toEqual([0, 0]);
  });
});

describe("logout", () => {
  it("L1 drops memory, storage, outbox, draft and transcript, and ends the session at the hub", async () => {
    await chatAs("user:ada", ADA);
    stage.widget.draft.value = "half a thought";
    await env.advance(1_000);
    expect(env.stored.size).toBe(2);
    stage.widget.logout();
    expect([texts(), stage.widget.draft.value, env.stored.size, env.timers.size]).toEqual([[], "", 0, 0]);
    expect(bodies(WIDGET_PATHS.logout)).toEqual([{ refresh_token: "refresh-1" }]);
    expect(stage.widget.session.value.kind).toBe("idle");
    hub.subject = "guest:g2";
    stage.widget.send("a stranger");
    await settle();
    expect([env.sent(WIDGET_PATHS.guest).length, texts()]).toEqual([1, ["a stranger", "Hello there."]]);
  });

  it("L2 does not wait for the network, and a hub that fails or hangs changes nothing", async () => {
    await chatAs("guest:g1");
    hub.overrides.set(WIDGET_PATHS.logout, () => Promise.reject(new TypeError("down")));
    const events: unknown[] = [];
    stage.widget.on("logout", (event) => events.push(event));
    stage.widget.logout();
    expect([texts(), env.stored.size, events.length]).toEqual([[], 0, 1]);
    await env.advance(60_000);
    expect([env.sent(WIDGET_PATHS.logout).length, env.timers.size]).toEqual([1, 0]);
  });

  it("L3 N30 late data of the one before is dropped: a refresh, an answer, a failure", async () => {
    hub.ttlS = 6;
    await chatAs("user:ada", ADA);
    const stream = openStream();
    hub.script(WIDGET_PATHS.connect, () => stream.response);
    let release: (response: Response) => void = () => {};
    hub.script(WIDGET_PATHS.refresh, () => new Promise((resolve) => (release = resolve)));
    stage.widget.send("tell me a secret");
    await env.advance(5_900);
    expect(env.sent(WIDGET_PATHS.refresh).length).toBe(1);
    const run = runIdOf(env.sent(WIDGET_PATHS.connect).at(-1));
    stage.widget.logout();
    stage.widget.send("who is there?");
    hub.subject = "guest:g2";
    const events: unknown[] = [];
    stage.widget.on("message", ({ text }) => events.push(text));
    release(hub.session());
    stream.push(frames(answer(run, "the secret")));
    stream.reset();
    await env.advance(2_000);
    expect(texts()).toEqual(["who is there?", "Hello there."]);
    expect(events).not.toContain("the secret");
    expect(JSON.stringify([...env.stored.values()])).not.toContain("ada");
    expect(stage.widget.turn.value.kind).toBe("idle");
  });

  it("L4 N31 from A to B: nothing of A is visible, sent or stored, whenever it happens", async () => {
    await chatAs("user:ada", ADA);
    stage.widget.open();
    let releaseA: (response: Response) => void = () => {};
    hub.script(WIDGET_PATHS.connect, () => new Promise((resolve) => (releaseA = resolve)));
    stage.widget.send("A's second");
    await settle();
    hub.subject = "user:bob";
    stage.widget.identify({ token: BOB });
    expect(texts()).toEqual([]);
    releaseA(json({}));
    await settle();
    stage.widget.send("B's first");
    await settle();
    expect(texts()).toEqual(["B's first", "Hello there."]);
    expect(bodies(WIDGET_PATHS.logout)).toEqual([{ refresh_token: "refresh-1" }]);
    const ofB = env.requests.slice(env.requests.findIndex(({ body }) => Object(body)["token"] === BOB));
    expect(JSON.stringify(ofB.map(({ body }) => body))).not.toMatch(/A's|refresh-1/);
    expect(stage.stored()).toMatchObject({ s: "user:bob" });
    const threads = bodies(WIDGET_PATHS.connect).map((body) => body["threadId"]);
    expect(threads.at(-1)).not.toBe(threads[0]);
  });

  it("L4 what waits for the engine or the network is not sent by the next visitor", async () => {
    env.connected = false;
    stage.start({ userToken: ADA }).send("A's words");
    await settle();
    stage.widget.identify({ token: BOB });
    hub.subject = "user:bob";
    env.emit("online");
    await env.advance(1_000);
    stage.widget.send("B's words");
    await env.advance(1_000);
    expect(JSON.stringify(env.requests.map(({ body }) => body))).not.toContain("A's words");
    expect(texts()).toEqual(["B's words", "Hello there."]);
  });

  it("on a page that has not loaded the engine forgets what is stored, at once", async () => {
    await chatAs("guest:g1");
    stage.widget.dispose();
    stage.start().logout();
    expect(env.stored.size).toBe(0);
    await settle();
    expect(bodies(WIDGET_PATHS.logout)).toEqual([{ refresh_token: "refresh-1" }]);
  });

  it("of nobody does nothing and tells nothing", async () => {
    const events: unknown[] = [];
    stage.start().on("logout", (event) => events.push(event));
    stage.widget.logout();
    stage.widget.logout();
    await settle();
    expect([events, env.requests]).toEqual([[], []]);
  });

  it("of a tag's user is not undone by the tag's token", async () => {
    await chatAs("user:ada", ADA);
    stage.widget.logout();
    hub.subject = "guest:g2";
    stage.widget.open();
    stage.widget.send("hello");
    await settle();
    expect(env.sent(WIDGET_PATHS.exchange).length).toBe(1);
    expect(stage.widget.session.value).toMatchObject({ visitor: { type: "guest" } });
  });
});
