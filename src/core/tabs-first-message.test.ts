// Two tabs of somebody new, open before anything was said: each has an environment of its own, and they share storage.
import { beforeEach, describe, expect, it } from "vitest";
import { WIDGET_PATHS } from "../protocol/paths.ts";
import type { Widget } from "./handle.ts";
import { ManualEnvironment } from "./testing/environment.ts";
import { answer, API_URL, CLIENT_KEY, frames, json, openStream, runIdOf, streamOf } from "./testing/hub.ts";
import { createStage, type Stage } from "./testing/widget.ts";
import { LOADED } from "./testing/parts.ts";
import { createWidget } from "./widget.ts";

let stage: Stage;
let env: Stage["env"];
let hub: Stage["hub"];

beforeEach(() => {
  stage = createStage();
  ({ env, hub } = stage);
});

describe.each([
  ["with locks and channels", true],
  ["without either", false],
])("a tab that was opened before the very first message, %s", (_, hasDoors) => {
  let other: ManualEnvironment;
  let second: Widget;
  const textsOf = (widget: Widget) =>
    widget.rows.value.flatMap((row) => (row.kind === "activity" ? [] : [row.text]));
  /** Where the conversation lies. */
  const threadPath = () => {
    const record = [...env.stored].find(([name]) => !name.endsWith(":outbox"))?.[1] ?? "{}";
    return `${WIDGET_PATHS.threads}/${Object(JSON.parse(record)).t}/messages`;
  };
  const hear = async () => {
    other.emit("storage");
    await other.advance(1_000);
    await env.advance(1_000);
  };

  beforeEach(async () => {
    env.browser.hasLocks = env.browser.hasChannels = hasDoors;
    other = new ManualEnvironment(env.browser, env.stored);
    other.randomBytes(7);
    other.respond = env.respond;
    second = createWidget({ clientKey: CLIENT_KEY, apiUrl: API_URL }, other, LOADED);
    second.open();
    stage.start().open();
    await env.advance(1_000);
    expect([env.stored.size, other.requests.length]).toEqual([0, 1]);
  });

  it("shows the conversation while it begins, and is the same visitor", async () => {
    const stream = openStream();
    hub.overrides.set(WIDGET_PATHS.connect, () => stream.response);
    stage.widget.send("hi");
    await hear();
    const runId = runIdOf(env.sent(WIDGET_PATHS.connect)[0]);
    const [id = ""] = stage.widget.rows.value.map((row) => row.id);
    const at = new Date(env.now()).toISOString();
    const messages = [
      { id, role: "user", content: "hi", created_at: at },
      {
        id: `answer-${runId}`,
        role: "assistant",
        content: "Hel",
        created_at: at,
        state: "running",
        run_id: runId,
      },
    ];
    hub.overrides.set(threadPath(), () => json({ messages }));
    const text = frames(answer(runId, "Hello."));
    hub.overrides.set(`${WIDGET_PATHS.runs}/${runId}/events`, () => streamOf(text));
    stream.push(text.slice(0, text.length / 2));
    await hear();
    await hear();
    await hear();
    expect(textsOf(second)).toEqual(["hi", "Hello."]);
    expect([env.sent(WIDGET_PATHS.guest).length, other.sent(WIDGET_PATHS.guest).length]).toEqual([1, 0]);
    expect(other.sent(WIDGET_PATHS.connect)).toEqual([]);
  });

  it("one that nobody opened asks for nothing", async () => {
    second.dispose();
    other.requests.length = 0;
    second = createWidget({ clientKey: CLIENT_KEY, apiUrl: API_URL }, other, LOADED);
    stage.widget.send("hi");
    await hear();
    await hear();
    expect([other.requests, other.timers.size]).toEqual([[], 0]);
  });
});
