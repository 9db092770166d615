import { beforeEach, describe, expect, it } from "vitest";
import { WIDGET_PATHS } from "../protocol/paths.ts";
import { threadMessagesPath } from "../protocol/thread-paths.ts";
import { settle } from "./testing/environment.ts";
import { json, refusal } from "./testing/hub.ts";
import { createStage, type Stage } from "./testing/widget.ts";

const TOTAL = 120;
const all = Array.from({ length: TOTAL }, (_, index) => ({
  id: `m${index}`,
  role: index % 2 === 0 ? "user" : "assistant",
  content: `text ${index}`,
  created_at: "2026-01-15T12:00:00.000Z",
}));

let stage: Stage;
let env: Stage["env"];
let path = "";
const history = () => stage.widget.history.value;
const ids = () => stage.widget.rows.value.map(({ id }) => id);

beforeEach(async () => {
  stage = createStage();
  ({ env } = stage);
  stage.start().send("hi");
  await settle();
  path = threadMessagesPath(String(stage.stored()?.["t"]));
  stage.hub.overrides.set(path, ({ url }) => {
    const before = new URL(url).searchParams.get("before");
    const end = before === null ? TOTAL : all.findIndex(({ id }) => id === before);
    return json({ messages: all.slice(Math.max(0, end - 50), end), has_more: end > 50 });
  });
  stage.widget.dispose();
  stage.start();
});

describe("older messages", () => {
  it("come page by page, in order, each once, until there are no more", async () => {
    stage.widget.open();
    await settle();
    expect(history()).toEqual({ kind: "ready", hasOlder: true, older: "idle" });
    stage.widget.loadOlder();
    stage.widget.loadOlder();
    expect(history()).toMatchObject({ older: "loading" });
    await settle();
    expect([ids().length, env.sent(path).length]).toEqual([100, 2]);
    stage.widget.loadOlder();
    await settle();
    expect(history()).toEqual({ kind: "ready", hasOlder: false, older: "idle" });
    expect(ids()).toEqual(all.map(({ id }) => id));
    stage.widget.loadOlder();
    await settle();
    expect(env.sent(path).length).toBe(3);
  });

  it("that cannot be had are told, and asked for again", async () => {
    stage.widget.open();
    await settle();
    const answer = stage.hub.overrides.get(path);
    stage.hub.overrides.set(path, () => refusal(503, "agent_unavailable"));
    stage.widget.loadOlder();
    await env.advance(60_000);
    expect(history()).toEqual({ kind: "ready", hasOlder: true, older: "failed" });
    if (answer !== undefined) stage.hub.overrides.set(path, answer);
    stage.widget.loadOlder();
    await settle();
    expect([ids().length, history()]).toEqual([100, { kind: "ready", hasOlder: true, older: "idle" }]);
  });

  it("the newest that could not be had are asked for again by the same call", async () => {
    const answer = stage.hub.overrides.get(path);
    stage.hub.overrides.set(path, () => refusal(503, "agent_unavailable"));
    stage.widget.open();
    await env.advance(60_000);
    expect(history().kind).toBe("failed");
    if (answer !== undefined) stage.hub.overrides.set(path, answer);
    stage.widget.loadOlder();
    await settle();
    expect([ids().length, history().kind]).toEqual([50, "ready"]);
  });

  it("do not come before the newest, and not for somebody new", async () => {
    stage.widget.loadOlder();
    await settle();
    expect(env.sent(path)).toEqual([]);
    env.stored.clear();
    stage.widget.dispose();
    stage.start().open();
    expect(history()).toEqual({ kind: "ready", hasOlder: false, older: "idle" });
    stage.widget.loadOlder();
    await settle();
    expect(env.sent(WIDGET_PATHS.threads)).toEqual([]);
  });
});
