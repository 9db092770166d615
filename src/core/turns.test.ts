import { beforeEach, describe, expect, it } from "vitest";
import { runEventsPath, WIDGET_PATHS } from "../protocol/paths.ts";
import { threadMessagesPath } from "../protocol/thread-paths.ts";
import { settle } from "./testing/environment.ts";
import { answer, frames, json, openStream, refusal, runIdOf, streamOf } from "./testing/hub.ts";
import { createStage, type Stage } from "./testing/widget.ts";

let stage: Stage;
let env: Stage["env"];
let hub: Stage["hub"];
let start: Stage["start"];

beforeEach(() => {
  stage = createStage();
  ({ env, hub, start } = stage);
  env.fixedRandom = 0.5;
});

const connects = () => env.sent(WIDGET_PATHS.connect);
const messageIds = () => connects().map(({ body }) => Object(body)["messages"][0].id);

describe("a message that does not arrive", () => {
  it.each([
    ["network failure", () => Promise.reject(new TypeError("Failed to fetch")), "hub_unreachable"],
    ["502 of a proxy", () => new Response("<html>Bad gateway</html>", { status: 502 }), "bad_answer"],
    ["200 with HTML", () => new Response("<html>hi</html>"), "bad_answer"],
    ["an empty stream", () => streamOf(""), "bad_answer"],
    ["503 with a problem", () => refusal(503, "agent_unavailable"), "agent_unavailable"],
  ])("%s: three tries with the same id, then failed with Retry", async (_, responder, code) => {
    hub.overrides.set(WIDGET_PATHS.connect, responder);
    start().send("hello");
    await env.advance(60_000);
    expect(connects().length).toBe(3);
    expect(new Set(messageIds()).size).toBe(1);
    expect(new Set(connects().map(runIdOf)).size).toBe(1);
    expect(stage.visitorRow()).toMatchObject({ text: "hello", state: "failed", problem: { code } });
    expect([stage.widget.turn.value.kind, env.sent(WIDGET_PATHS.guest).length]).toEqual(["idle", 1]);

    hub.overrides.delete(WIDGET_PATHS.connect);
    stage.widget.retry(stage.visitorRow()?.id ?? "");
    expect(stage.visitorRow()?.state).toBe("sending");
    await settle();
    expect(stage.visitorRow()).not.toHaveProperty("problem");
    expect([stage.visitorRow()?.state, stage.agentRow()?.text]).toEqual(["sent", "Hello there."]);
    expect(new Set(messageIds()).size).toBe(1);
  });

  it("the guest session failing is retried the same way, and heals", async () => {
    hub.script(WIDGET_PATHS.guest, () => refusal(500, "internal_error"));
    start().send("hello");
    await env.advance(2_000);
    expect(stage.visitorRow()?.state).toBe("sent");
    expect(env.sent(WIDGET_PATHS.guest).length).toBe(2);
  });

  it.each([
    [400, "invalid_request"],
    [413, "message_too_long"],
    [422, "invalid_request"],
  ])("a refusal by %i is shown and never repeated", async (status, code) => {
    hub.overrides.set(WIDGET_PATHS.connect, () => refusal(status, code));
    start().send("hello");
    await env.advance(600_000);
    expect(connects().length).toBe(1);
    expect(stage.visitorRow()).toMatchObject({ state: "failed", problem: { code, status } });
    expect(stage.widget.session.value.kind).toBe("ready");
  });

  it("429 waits as long as the hub says, with the message queued", async () => {
    hub.script(WIDGET_PATHS.connect, () => refusal(429, "rate_limited", { "retry-after": "7" }));
    start().send("hello");
    await env.advance(6_900);
    expect([connects().length, stage.visitorRow()?.state]).toEqual([1, "queued"]);
    await env.advance(2_000);
    expect([connects().length, stage.visitorRow()?.state]).toEqual([2, "sent"]);
  });

  it("a thread that is gone is replaced by a new one, once", async () => {
    hub.script(WIDGET_PATHS.connect, () => refusal(404, "thread_not_found"));
    start().send("hello");
    await settle();
    const threads = connects().map(({ body }) => Object(body)["threadId"]);
    expect([threads.length, new Set(threads).size]).toEqual([2, 2]);
    expect(stage.stored()?.["t"]).toBe(threads[1]);
  });

  it("a hub without any thread is asked twice, not for ever", async () => {
    hub.overrides.set(WIDGET_PATHS.connect, () => refusal(404, "not_found"));
    start().send("hello");
    await env.advance(60_000);
    expect(connects().length).toBe(2);
    expect(stage.visitorRow()?.state).toBe("failed");
  });

  it("N38 a request that is never answered ends after 15 s and is tried again", async () => {
    hub.script(WIDGET_PATHS.connect, () => new Promise(() => {}));
    start().send("hello");
    await env.advance(14_999);
    expect(connects().length).toBe(1);
    await env.advance(2_000);
    expect([connects().length, stage.visitorRow()?.state]).toEqual([2, "sent"]);
  });
});

describe("R27: a revoked key", () => {
  it("ends everything, keeps the transcript, and allows one re-check per explicit Retry", async () => {
    start().send("one");
    await settle();
    hub.overrides.set(WIDGET_PATHS.connect, () => refusal(403, "key_revoked"));
    stage.widget.send("two");
    await env.advance(3_600_000);
    expect(stage.widget.session.value).toMatchObject({ kind: "dead", problem: { code: "key_revoked" } });
    expect([connects().length, env.sent(WIDGET_PATHS.refresh).length, env.timers.size]).toEqual([2, 0, 0]);
    expect(stage.widget.rows.value.map((row) => row.kind)).toEqual(["visitor", "agent", "visitor"]);
    const before = env.requests.length;
    stage.widget.send("three");
    await env.advance(60_000);
    expect(env.requests.length).toBe(before);

    hub.overrides.delete(WIDGET_PATHS.connect);
    const lost = stage.widget.rows.value.findLast((row) => row.kind === "visitor");
    stage.widget.retry(lost?.id ?? "");
    await settle();
    expect(stage.widget.session.value.kind).toBe("ready");
    expect(stage.agentRow()?.text).toBe("Hello there.");
  });
});

describe("R26: a cut stream", () => {
  const whole = (runId: string) => answer(runId, "The whole long answer.");

  it("goes on after the last event, without repeating or losing a letter", async () => {
    hub.script(WIDGET_PATHS.connect, (request) => {
      const runId = runIdOf(request);
      hub.script(runEventsPath(runId), () => streamOf(frames(whole(runId).slice(2), 3)));
      // Events 3 and 4 come again: they are known.
      return streamOf(frames(whole(runId).slice(0, 4)));
    });
    start().send("hello");
    await settle();
    const runId = runIdOf(connects()[0]);
    expect(env.sent(runEventsPath(runId))[0]?.headers["last-event-id"]).toBe("4");
    expect(stage.agentRow()).toMatchObject({ text: "The whole long answer.", state: "complete" });
  });

  it("five resumes in vain: cut off, the text stays, Retry fetches the rest", async () => {
    hub.script(WIDGET_PATHS.connect, (request) => streamOf(frames(whole(runIdOf(request)).slice(0, 4))));
    start().send("hello");
    await settle();
    const runId = runIdOf(connects()[0]);
    hub.overrides.set(runEventsPath(runId), () => Promise.reject(new TypeError("reset")));
    await env.advance(120_000);
    expect(env.sent(runEventsPath(runId)).length).toBe(5);
    expect(stage.agentRow()).toMatchObject({
      text: "The whol",
      state: "cut",
      problem: { code: "answer_cut" },
    });
    expect(stage.widget.turn.value.kind).toBe("idle");

    hub.script(runEventsPath(runId), () => streamOf(frames(whole(runId).slice(4), 5)));
    stage.widget.retry(stage.agentRow()?.retryId ?? "");
    await settle();
    expect(stage.agentRow()).toMatchObject({ text: "The whole long answer.", state: "complete" });
    expect(stage.agentRow()).not.toHaveProperty("problem");
    expect(connects().length).toBe(1);
  });

  it("a run that the hub forgot is asked for again with the same message id", async () => {
    hub.script(WIDGET_PATHS.connect, (request) => {
      hub.script(runEventsPath(runIdOf(request)), () => refusal(404, "run_not_found"));
      return streamOf(frames(whole(runIdOf(request)).slice(0, 4)));
    });
    start().send("hello");
    await settle();
    expect(stage.agentRow()).toMatchObject({ state: "cut", problem: { code: "run_not_found" } });
    stage.widget.retry(stage.agentRow()?.retryId ?? "");
    await settle();
    expect([connects().length, new Set(messageIds()).size]).toEqual([2, 1]);
    expect(stage.widget.rows.value.map(({ kind }) => kind)).toEqual(["visitor", "agent"]);
    expect(stage.agentRow()).toMatchObject({ text: "Hello there.", state: "complete" });
  });

  it("30 s of silence count as a cut", async () => {
    const stream = openStream();
    hub.script(WIDGET_PATHS.connect, (request) => {
      const runId = runIdOf(request);
      hub.script(runEventsPath(runId), () => streamOf(frames(whole(runId).slice(3), 4)));
      stream.push(frames(whole(runId).slice(0, 3)));
      return stream.response;
    });
    start().send("hello");
    await env.advance(20_000);
    stream.push(": heartbeat\n\n");
    await env.advance(29_000);
    expect(stage.agentRow()?.state).toBe("streaming");
    await env.advance(1_001);
    expect(stage.agentRow()).toMatchObject({ text: "The whole long answer.", state: "complete" });
  });

  it("N44: a token that ends mid-stream does not end the stream", async () => {
    hub.ttlS = 6;
    const stream = openStream();
    hub.script(WIDGET_PATHS.connect, () => stream.response);
    start().send("hello");
    await settle();
    const events = whole(runIdOf(connects()[0]));
    for (const [index, event] of events.entries()) {
      stream.push(frames([event], index + 1));
      await env.advance(3_000);
    }
    expect(stage.agentRow()).toMatchObject({ text: "The whole long answer.", state: "complete" });
    expect(connects().length).toBe(1);
  });
});

it("a failed agent is told with Retry, which asks again and replaces the failed row", async () => {
  hub.script(WIDGET_PATHS.connect, (request) => {
    const [started] = answer(runIdOf(request), "");
    return streamOf(frames([...(started ? [started] : []), { type: "RUN_ERROR", message: "boom" }]));
  });
  const codes: string[] = [];
  start().on("problem", ({ code }) => codes.push(code));
  stage.widget.send("hello");
  await settle();
  expect(stage.agentRow()).toMatchObject({ text: "", state: "failed", problem: { code: "agent_failed" } });
  expect(codes).toEqual(["agent_failed"]);
  stage.widget.retry(stage.agentRow()?.retryId ?? "");
  await settle();
  expect(stage.widget.rows.value.map(({ kind }) => kind)).toEqual(["visitor", "agent"]);
  expect(stage.agentRow()?.state).toBe("complete");
});

it("Retry while the history is on its way, which shows the message: the composer is free, and Retry is there", async () => {
  hub.script(WIDGET_PATHS.connect, (request) =>
    streamOf(
      frames([
        { type: "RUN_STARTED", threadId: "t", runId: runIdOf(request) },
        { type: "RUN_ERROR", message: "no", code: "agent_failed" },
      ]),
    ),
  );
  stage.start().send("hi");
  await settle();
  const id = stage.visitorRow()?.id ?? "";
  // From here on the engine is there, and opening brings back what was said.
  stage.widget.rate("nobody", 1);
  await settle();
  let show: ((page: Response) => void) | undefined;
  const path = threadMessagesPath(String(stage.stored()?.["t"]));
  hub.overrides.set(path, () => new Promise((done) => (show = done)));
  stage.widget.open();
  await settle();
  stage.widget.retry(id);
  await settle();
  const created_at = "2026-01-15T12:00:00.000Z";
  const answered = { id: "a", role: "assistant", content: "", state: "failed", run_id: "r", created_at };
  show?.(json({ messages: [{ id, role: "user", content: "hi", created_at }, answered] }));
  await settle();
  expect([stage.widget.turn.value.kind, stage.agentRow()?.state]).toEqual(["idle", "failed"]);
  stage.widget.retry(id);
  await settle();
  expect([stage.widget.turn.value.kind, stage.agentRow()?.state]).toEqual(["idle", "complete"]);
});

describe("offline", () => {
  it("N40: messages wait as queued and go out in order, once each, when online", async () => {
    env.connected = false;
    start();
    expect([stage.widget.send("one"), stage.widget.send("two")]).toEqual([true, true]);
    await env.advance(60_000);
    expect(env.requests).toEqual([]);
    expect(stage.widget.turn.value.kind).toBe("idle");
    expect(stage.widget.rows.value.map((row) => "state" in row && row.state)).toEqual(["queued", "queued"]);
    env.emit("online");
    await settle();
    const texts = connects().map(({ body }) => Object(body)["messages"][0].content);
    expect(texts).toEqual(["one", "two"]);
  });

  it("takes 20 messages and not one more", () => {
    env.connected = false;
    start();
    const taken = Array.from({ length: 25 }, (_, index) => stage.widget.send(`m${index}`));
    expect(taken.filter(Boolean).length).toBe(20);
  });

  it("a message older than an hour is not sent unasked", async () => {
    env.connected = false;
    start().send("old");
    await env.advance(3_600_001);
    env.emit("online");
    await settle();
    expect(env.requests).toEqual([]);
    expect(stage.visitorRow()).toMatchObject({ state: "failed", problem: { code: "offline" } });
  });

  it("going offline while sending costs no try; the message goes out later, once", async () => {
    hub.script(WIDGET_PATHS.connect, () => {
      env.emit("offline");
      return Promise.reject(new TypeError("offline"));
    });
    start().send("hello");
    await env.advance(600_000);
    expect([connects().length, stage.visitorRow()?.state]).toEqual([1, "sending"]);
    expect(stage.widget.session.value.kind).toBe("offline");
    env.emit("online");
    await env.advance(1_000);
    expect([connects().length, stage.visitorRow()?.state]).toEqual([2, "sent"]);
    expect([stage.widget.session.value.kind, stage.widget.online.value]).toEqual(["ready", true]);
  });

  it("going offline mid-answer resumes when online", async () => {
    const stream = openStream();
    hub.script(WIDGET_PATHS.connect, () => stream.response);
    start().send("hello");
    await settle();
    const runId = runIdOf(connects()[0]);
    const events = answer(runId, "Patience");
    stream.push(frames(events.slice(0, 3)));
    env.emit("offline");
    stream.reset();
    await env.advance(600_000);
    expect(env.sent(runEventsPath(runId))).toEqual([]);
    hub.script(runEventsPath(runId), () => streamOf(frames(events.slice(3), 4)));
    env.emit("online");
    await env.advance(1_000);
    expect(stage.agentRow()).toMatchObject({ text: "Patience", state: "complete" });
  });
});

it("a message that the hub has handled already shows the stored result", async () => {
  hub.script(WIDGET_PATHS.connect, (request) => {
    const messages = [
      { id: messageIds()[0], role: "user", content: "hello", created_at: "2026-01-15T12:00:00.000Z" },
      { id: "x", role: "assistant", content: "Done before", created_at: "2026-01-15T12:00:01.000Z" },
    ];
    const threadId = Object(request.body)["threadId"];
    hub.script(`${WIDGET_PATHS.threads}/${threadId}/messages`, () => json({ messages }));
    return refusal(409, "already_handled");
  });
  start().send("hello");
  await settle();
  expect([stage.visitorRow()?.state, stage.agentRow()?.text]).toEqual(["sent", "Done before"]);
});

it("a 409 for a message that the history does not show is no receipt: the message stays, with Retry", async () => {
  hub.script(WIDGET_PATHS.connect, () => refusal(409, "token_replayed"));
  start().send("hello");
  await settle();
  expect(stage.visitorRow()).toMatchObject({ state: "failed", problem: { retryable: true } });
  stage.widget.retry(stage.visitorRow()?.id ?? "");
  await settle();
  expect([stage.visitorRow()?.state, new Set(messageIds()).size]).toEqual(["sent", 1]);
});
