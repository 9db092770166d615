import { beforeEach, describe, expect, it } from "vitest";
import { runEventsPath, WIDGET_PATHS } from "../protocol/paths.ts";
import { threadMessagesPath } from "../protocol/thread-paths.ts";
import { settle } from "./testing/environment.ts";
import { createStage, type Stage } from "./testing/widget.ts";
import { answer, fakeJwt, frames, json, openStream, refusal } from "./testing/hub.ts";

let stage: Stage;
let env: Stage["env"];
let hub: Stage["hub"];
let start: Stage["start"];

const setStage = (): void => {
  stage = createStage();
  ({ env, hub, start } = stage);
};
beforeEach(setStage);

/** A first conversation, so that a visit is stored. */
const haveStoredVisit = async (): Promise<void> => {
  start().send("hi");
  await settle();
  stage.widget.dispose();
  env.requests.length = 0;
};

describe("opening", () => {
  it("creating a widget touches neither network, storage nor timers", async () => {
    start();
    await settle();
    expect([env.requests.length, env.stored.size, env.timers.size]).toEqual([0, 0, 0]);
  });

  it("a guest without a past gets the config and no identity", async () => {
    start().open();
    await settle();
    expect(stage.paths()).toEqual([WIDGET_PATHS.config]);
    expect(stage.widget.config.value?.agent.name).toBe("Ada");
    expect([stage.widget.session.value.kind, stage.widget.history.value.kind]).toEqual(["idle", "ready"]);
    expect(env.stored.size).toBe(0);
  });

  it("a config handed over is not fetched again; a damaged one is", async () => {
    start({ config: { agent: { id: "a", name: "Given" } } }).open();
    await settle();
    expect(env.requests).toEqual([]);
    expect(stage.widget.config.value?.agent.name).toBe("Given");
    start({ config: { agent: 7 } }).open();
    await settle();
    expect(stage.paths()).toEqual([WIDGET_PATHS.config]);
  });

  it.each([
    [{ clientKey: "" }, "missing_client_key"],
    [{ clientKey: "sk_live_demo_abcdefghijklmnopqrstuvwxyz" }, "secret_key_in_browser"],
    [{ apiUrl: "http://hub.test" }, "insecure_api_url"],
  ])("wrong options %o: dead with %s, one log line, no request, ever", async (options, code) => {
    start(options).open();
    stage.widget.send("hello");
    await env.advance(120_000);
    stage.widget.retry(stage.visitorRow()?.id ?? "");
    await env.advance(120_000);
    expect(stage.widget.session.value).toMatchObject({ kind: "dead", problem: { code } });
    expect(stage.visitorRow()).toMatchObject({ text: "hello", state: "failed", problem: { code } });
    expect([env.requests.length, env.logs.length, env.timers.size]).toEqual([0, 1, 0]);
    expect(env.logs.join()).not.toMatch(/sk_live|pk_live/);
  });

  it("an origin that is not listed: terminal after one request, and the console says what to do", async () => {
    hub.script(WIDGET_PATHS.config, () => refusal(403, "origin_not_allowed"));
    start().open();
    await env.advance(300_000);
    expect(env.requests.length).toBe(1);
    expect(stage.widget.session.value).toMatchObject({
      kind: "dead",
      problem: { code: "origin_not_allowed" },
    });
    expect(env.logs).toEqual(["error origin_not_allowed: detail of origin_not_allowed"]);
  });

  it("a config that stays unreadable is asked for 8 times at most and never throws", async () => {
    hub.overrides.set(WIDGET_PATHS.config, () => json({ agent: null }));
    const seen: string[] = [];
    env.fixedRandom = 0.9;
    start().on("problem", ({ code }) => seen.push(code));
    stage.widget.open();
    await env.advance(900_000);
    expect(env.requests.length).toBe(8);
    expect(new Set(seen)).toEqual(new Set(["config_invalid"]));
  });
});

describe("a guest's first message", () => {
  it("appears at once, makes the guest, streams the answer, and is stored", async () => {
    const events: unknown[] = [];
    start().on("message", (event) => events.push(event));
    stage.widget.open();
    stage.widget.draft.value = "  Where is my order? ";
    expect(stage.widget.send()).toBe(true);
    expect([stage.visitorRow()?.state, stage.widget.draft.value]).toEqual(["sending", ""]);
    expect(stage.widget.turn.value.kind).toBe("sending");
    await settle();
    expect(stage.paths()).toEqual([WIDGET_PATHS.guest, WIDGET_PATHS.config, WIDGET_PATHS.connect]);
    expect(stage.visitorRow()).toMatchObject({ text: "Where is my order?", state: "sent" });
    expect(stage.agentRow()).toMatchObject({
      text: "Hello there.",
      state: "complete",
      retryId: stage.visitorRow()?.id,
    });
    expect([stage.widget.turn.value.kind, stage.widget.session.value.kind]).toEqual(["idle", "ready"]);
    expect(events).toEqual([
      { id: stage.visitorRow()?.id, role: "user", text: "Where is my order?" },
      { id: stage.agentRow()?.id, role: "assistant", text: "Hello there." },
    ]);
    const body = env.sent(WIDGET_PATHS.connect)[0]?.body;
    expect(body).toMatchObject({
      threadId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab]/),
      messages: [{ id: stage.visitorRow()?.id, role: "user", content: "Where is my order?" }],
    });
    expect(stage.stored()).toMatchObject({
      v: 1,
      r: "refresh-1",
      s: "guest:g1",
      t: Object(body)["threadId"],
    });
  });

  it("the access token, the key and their prefixes stay out of storage, keys of storage, URLs and logs", async () => {
    start().send("hi");
    await settle();
    const token = env.sent(WIDGET_PATHS.connect)[0]?.headers["authorization"]?.replace("Bearer ", "") ?? "?";
    const outputs = JSON.stringify([[...env.stored], env.requests.map(({ url }) => url), env.logs]);
    expect(outputs).not.toContain(token.slice(0, 12));
    expect(outputs).not.toContain("pk_live");
  });

  it.each(["", " \n"])("an empty text %j is not sent", (text) => {
    expect(start().send(text)).toBe(false);
    expect(stage.widget.rows.value).toEqual([]);
  });

  it("a text that is too long stays in the draft", () => {
    start().draft.value = "x".repeat(4001);
    const codes: string[] = [];
    stage.widget.on("problem", ({ code }) => codes.push(code));
    expect(stage.widget.send()).toBe(false);
    expect([stage.widget.draft.value.length, codes]).toEqual([4001, ["message_too_long"]]);
  });

  it("sending other text, such as a suggestion, keeps the draft", () => {
    start().draft.value = "half a thou";
    stage.widget.send("Suggested");
    expect(stage.widget.draft.value).toBe("half a thou");
  });

  it("while an answer runs nothing else is sent", async () => {
    hub.script(WIDGET_PATHS.connect, () => openStream().response);
    start().send("one");
    await settle();
    expect(stage.widget.send("two")).toBe(false);
    expect(stage.widget.rows.value.length).toBe(1);
  });
});

describe("coming back", () => {
  it("a stored guest is refreshed and sees the stored thread again; the rotated token is stored", async () => {
    await haveStoredVisit();
    const threadId = String(stage.stored()?.["t"]);
    const at = "2026-01-15T11:59:00.000Z";
    hub.script(threadMessagesPath(threadId), () =>
      json({
        messages: [
          { id: "m1", role: "user", content: "hi", created_at: at, state: "complete" },
          { id: "m2", role: "assistant", content: "Hello", created_at: at, state: "complete" },
        ],
      }),
    );
    start({ config: { agent: { id: "a", name: "A" } } }).open();
    expect(stage.widget.history.value.kind).toBe("loading");
    await settle();
    expect(stage.paths()).toEqual([WIDGET_PATHS.refresh, threadMessagesPath(threadId)]);
    expect(env.sent(WIDGET_PATHS.refresh)[0]?.body).toEqual({ refresh_token: "refresh-1" });
    expect(stage.widget.rows.value.map((row) => row.id)).toEqual(["m1", "m2"]);
    expect(stage.widget.history.value.kind).toBe("ready");
    expect(stage.stored()).toMatchObject({ r: "refresh-2", t: threadId });
  });

  it("a guest whose refresh token died is unknown again, without a request for a new one", async () => {
    await haveStoredVisit();
    hub.script(WIDGET_PATHS.refresh, () => refusal(400, "invalid_refresh_token"));
    start({ config: { agent: { id: "a", name: "A" } } }).open();
    await settle();
    expect(stage.paths()).toEqual([WIDGET_PATHS.refresh]);
    expect([stage.widget.session.value.kind, stage.widget.history.value.kind]).toEqual(["idle", "ready"]);
    expect(stage.stored()).toBeNull();
    stage.widget.send("again");
    await settle();
    expect(stage.visitorRow()?.state).toBe("sent");
  });

  it("an answer that was running is followed from its start, without a repeated letter", async () => {
    await haveStoredVisit();
    const threadId = String(stage.stored()?.["t"]);
    const at = "2026-01-15T11:59:00.000Z";
    hub.script(threadMessagesPath(threadId), () =>
      json({
        messages: [
          { id: "m1", role: "user", content: "hi", created_at: at, state: "complete" },
          { id: "m2", role: "assistant", content: "Hel", created_at: at, state: "running", run_id: "r1" },
        ],
      }),
    );
    const stream = openStream();
    hub.script(runEventsPath("r1"), () => stream.response);
    start().open();
    await settle();
    const seen: string[] = [];
    stage.widget.rows.subscribe(() => seen.push(stage.agentRow()?.text ?? ""));
    expect(stage.widget.turn.value).toEqual({ kind: "answering", runId: "r1" });
    stream.push(frames(answer("r1", "Hello world", "m2")));
    await settle();
    expect(stage.agentRow()).toMatchObject({
      id: "m2",
      text: "Hello world",
      state: "complete",
      retryId: "m1",
    });
    expect(seen.every((text) => "Hello world".startsWith(text) && text.length >= 3)).toBe(true);
    expect(env.sent(runEventsPath("r1"))[0]?.headers["last-event-id"]).toBeUndefined();
  });

  it("a stored thread that the hub no longer has: empty, not an error", async () => {
    await haveStoredVisit();
    hub.script(threadMessagesPath(String(stage.stored()?.["t"])), () => refusal(404, "thread_not_found"));
    start().open();
    await settle();
    expect(stage.widget.history.value.kind).toBe("ready");
    expect(stage.stored()?.["t"]).toBeNull();
  });

  it("the hub being down at opening shows a failed history and heals by itself", async () => {
    await haveStoredVisit();
    env.fixedRandom = 0.5;
    hub.script(
      WIDGET_PATHS.refresh,
      () => refusal(503, "internal_error"),
      () => refusal(503, "internal_error"),
    );
    start().open();
    await settle();
    expect(stage.widget.history.value.kind).toBe("failed");
    await env.advance(5_000);
    expect([stage.widget.history.value.kind, stage.widget.session.value.kind]).toEqual(["ready", "ready"]);
    expect(env.sent(WIDGET_PATHS.refresh).length).toBe(3);
  });

  it("storage 'none' writes nothing", async () => {
    start({ storage: "none" }).send("hi");
    await settle();
    expect(env.stored.size).toBe(0);
    expect(stage.visitorRow()?.state).toBe("sent");
  });
});

describe("a logged-in visitor", () => {
  const userToken = fakeJwt({ sub: "user:u1" });
  beforeEach(() => {
    hub.subject = "user:u1";
  });

  it("is exchanged at opening and sees the newest thread; nothing is stored before the first message", async () => {
    hub.script(WIDGET_PATHS.threads, () => json({ threads: [{ id: "t9", title: "", updated_at: "x" }] }));
    start({ userToken, config: { agent: { id: "a", name: "A" } } }).open();
    await settle();
    expect(stage.paths()).toEqual([WIDGET_PATHS.exchange, WIDGET_PATHS.threads, threadMessagesPath("t9")]);
    expect(env.stored.size).toBe(0);
    stage.widget.send("hi");
    await settle();
    expect(env.sent(WIDGET_PATHS.connect)[0]?.body).toMatchObject({ threadId: "t9" });
    expect(stage.stored()).toMatchObject({ s: "user:u1", t: "t9" });
  });

  it.each([
    [409, "token_replayed"],
    [400, "invalid_user_token"],
  ])("a spent token (%i) falls back to the stored session of the same subject", async (status, code) => {
    start({ userToken }).send("hi");
    await settle();
    stage.widget.dispose();
    env.requests.length = 0;
    hub.script(WIDGET_PATHS.exchange, () => refusal(status, code));
    start({ userToken, config: { agent: { id: "a", name: "A" } } }).open();
    await settle();
    expect(stage.paths()).toEqual([
      WIDGET_PATHS.exchange,
      WIDGET_PATHS.refresh,
      threadMessagesPath(String(stage.stored()?.["t"])),
    ]);
    expect(stage.widget.session.value.kind).toBe("ready");
  });

  it("a spent token without a stored session is terminal, and no guest is made", async () => {
    hub.overrides.set(WIDGET_PATHS.exchange, () => refusal(409, "token_replayed"));
    start({ userToken }).open();
    stage.widget.send("hi");
    await env.advance(300_000);
    expect(stage.widget.session.value).toMatchObject({ kind: "dead", problem: { code: "token_replayed" } });
    expect(env.sent(WIDGET_PATHS.guest)).toEqual([]);
    expect(env.sent(WIDGET_PATHS.exchange).length).toBe(1);
    expect(stage.visitorRow()).toMatchObject({ state: "queued", text: "hi" });
  });

  it.each([
    ["another user", fakeJwt({ sub: "user:u2" })],
    ["a guest", undefined],
    ["an unreadable token", "garbage"],
  ])("the stored visit of one user is deleted, never shown, for %s", async (_, otherToken) => {
    start({ userToken }).send("secret");
    await settle();
    const threadId = String(stage.stored()?.["t"]);
    stage.widget.dispose();
    env.requests.length = 0;
    hub.subject = "user:u2";
    start(otherToken === undefined ? {} : { userToken: otherToken }).open();
    await settle();
    expect(stage.stored()).toBeNull();
    expect(stage.paths()).not.toContain(threadMessagesPath(threadId));
    expect(stage.paths()).not.toContain(WIDGET_PATHS.refresh);
  });
});
