// What users, who are known by tokens of the page, wrote and the hub has not got.
import { beforeEach, describe, expect, it } from "vitest";
import { WIDGET_PATHS } from "../protocol/paths.ts";
import type { VisitorRow } from "./rows.ts";
import { settle } from "./testing/environment.ts";
import { fakeJwt, json, refusal } from "./testing/hub.ts";
import { createStage, type Stage } from "./testing/widget.ts";

let stage: Stage;
let env: Stage["env"];
let hub: Stage["hub"];

beforeEach(() => {
  stage = createStage();
  ({ env, hub } = stage);
  env.fixedRandom = 0.5;
});

const said = () => env.sent(WIDGET_PATHS.connect).map(({ body }) => Object(body)["messages"][0]);
const texts = () => said().map(({ content }) => content);
const visitorRows = () => stage.widget.rows.value.filter((row): row is VisitorRow => row.kind === "visitor");
const states = () => visitorRows().map(({ text, state }) => [text, state]);
const outbox = () => [...env.stored].find(([name]) => name.endsWith(":outbox"))?.[1] ?? null;

describe("signed out by accident while a message is on its way that the hub may have", () => {
  let asked: number;
  const login = () => ({ getToken: () => fakeJwt({ sub: "user:u1", n: (asked += 1) }) });
  const replayed = () => refusal(409, "token_replayed");
  const retry = async () => {
    stage.widget.retry(visitorRows()[0]?.id ?? "");
    await env.advance(1_000);
  };

  beforeEach(() => {
    asked = 0;
    hub.subject = "user:u1";
    stage.start().identify(login());
    stage.widget.open();
  });

  it("it offers Retry, which asks the page for a new token, and arrives once", async () => {
    const revoked = () => refusal(401, "invalid_session");
    const reset = () => Promise.reject(new TypeError("reset"));
    hub.script(WIDGET_PATHS.connect, reset, revoked, revoked, revoked);
    await settle();
    hub.script(WIDGET_PATHS.exchange, replayed, replayed);
    hub.script(WIDGET_PATHS.refresh, () => refusal(401, "session_revoked"));
    stage.widget.send("one");
    await env.advance(60_000);
    expect([stage.widget.session.value.kind, stage.widget.turn.value.kind]).toEqual(["dead", "idle"]);
    expect(visitorRows()).toMatchObject([{ state: "failed", problem: { retryable: true } }]);
    expect(stage.widget.withdraw(visitorRows()[0]?.id ?? "")).toBeNull();
    expect(asked).toBe(2);
    await retry();
    expect([asked, visitorRows()[0]?.state]).toEqual([3, "failed"]);
    await retry();
    expect([asked, states()]).toEqual([4, [["one", "sent"]]]);
    expect(new Set(said().map(({ id }) => id)).size).toBe(1);
  });

  it("also when the page was loaded again meanwhile", async () => {
    hub.script(WIDGET_PATHS.connect, () => new Promise(() => {}));
    await settle();
    stage.widget.send("one");
    await settle();
    stage.widget.dispose();
    hub.script(WIDGET_PATHS.exchange, replayed, replayed);
    hub.script(WIDGET_PATHS.refresh, () => refusal(401, "session_revoked"));
    stage.start().identify({ token: fakeJwt({ sub: "user:u1", n: 7 }), ...login() });
    stage.widget.open();
    await env.advance(60_000);
    expect(states()).toEqual([["one", "failed"]]);
    await retry();
    expect(states()).toEqual([["one", "sent"]]);
  });
});

describe("a reload, for a visitor known by getToken alone", () => {
  const ids = () => said().map(({ id }) => id);
  const open = async (user: string | null) => {
    hub.subject = `user:${user}`;
    const token = fakeJwt({ sub: hub.subject });
    stage.start().identify({ getToken: () => (user === null ? new Promise(() => {}) : token) });
    stage.widget.open();
    await settle();
  };
  beforeEach(async () => {
    await open("ada");
    stage.widget.send("first");
    await settle();
    env.emit("offline");
    stage.widget.send("two");
    stage.widget.draft.value = "half a sentence";
    await env.advance(1_000);
    stage.widget.dispose();
    env.connected = true;
  });

  it("brings back what was queued and the draft, once it is known who it is", async () => {
    const before = outbox();
    await open(null);
    expect([states(), stage.widget.draft.value]).toEqual([[], ""]);
    stage.widget.dispose();
    expect(outbox()).toBe(before);
    await open("ada");
    await env.advance(1_000);
    expect([texts(), new Set(ids()).size]).toEqual([["first", "two"], 2]);
    expect(states()).toContainEqual(["two", "sent"]);
    expect([stage.widget.draft.value, env.sent(WIDGET_PATHS.guest).length]).toEqual(["half a sentence", 0]);
  });

  it("sends it in the conversation it was written in, also where a newer one is", async () => {
    const at = "2026-01-15T12:00:00.000Z";
    hub.overrides.set(WIDGET_PATHS.threads, () =>
      json({ threads: [{ id: "newer", title: "Newer", created_at: at, updated_at: at }] }),
    );
    await open("ada");
    await env.advance(1_000);
    const threads = env.sent(WIDGET_PATHS.connect).map(({ body }) => Object(body)["threadId"]);
    expect([threads.length, new Set(threads).size]).toEqual([2, 1]);
  });

  it("L4: shows and sends nothing of it to somebody else, and deletes it", async () => {
    await open("bob");
    await env.advance(60_000);
    expect([states(), stage.widget.draft.value, outbox()]).toEqual([[], "", null]);
    expect(texts()).toEqual(["first"]);
  });

  it("what is said before it is known comes after that", async () => {
    hub.subject = "user:ada";
    let tell: ((token: string) => void) | undefined;
    stage.start().identify({ getToken: () => new Promise((resolve) => (tell = resolve)) });
    stage.widget.open();
    stage.widget.send("three");
    await settle();
    expect(outbox()).not.toContain("three");
    tell?.(fakeJwt({ sub: "user:ada" }));
    await env.advance(2_000);
    expect(states()).toEqual([
      ["two", "sent"],
      ["three", "sent"],
    ]);
  });
});
