// A tab that could not hear what another one said, because it slept or there is no channel, looks when it is back.
import { beforeEach, describe, expect, it } from "vitest";
import { WIDGET_PATHS } from "../protocol/paths.ts";
import type { LifecycleEvent } from "./environment.ts";
import type { Widget } from "./handle.ts";
import { ManualEnvironment } from "./testing/environment.ts";
import { API_URL, CLIENT_KEY, json } from "./testing/hub.ts";
import { createStage, type Stage } from "./testing/widget.ts";
import { LOADED } from "./testing/parts.ts";
import { createWidget } from "./widget.ts";

let stage: Stage;
let env: Stage["env"];
let other: ManualEnvironment;
let second: Widget;

const threadPath = (): string => `${WIDGET_PATHS.threads}/${stage.stored()?.["t"]}/messages`;
const textsOf = (widget: Widget): string[] =>
  widget.rows.value.flatMap((row) => (row.kind === "activity" ? [] : [row.text]));
const fetches = (): number => other.sent(threadPath()).length;

/** The first tab says something, and all of it is over before the second one looks. */
async function sayInFirst(text: string): Promise<void> {
  stage.widget.send(text);
  await env.advance(1_000);
  const messages = stage.widget.rows.value.flatMap((row) =>
    row.kind === "activity"
      ? []
      : [
          {
            id: row.id,
            role: row.kind === "visitor" ? "user" : "assistant",
            content: row.text,
            created_at: new Date(env.now()).toISOString(),
            state: "complete",
            run_id: null,
          },
        ],
  );
  stage.hub.overrides.set(threadPath(), () => json({ messages, has_more: false }));
  await other.advance(1_000);
}

async function openSecond(): Promise<void> {
  second = createWidget({ clientKey: CLIENT_KEY, apiUrl: API_URL }, other, LOADED);
  second.open();
  await other.advance(1_000);
}

beforeEach(() => {
  stage = createStage();
  ({ env } = stage);
  other = new ManualEnvironment(env.browser, env.stored);
  other.respond = env.respond;
  other.randomBytes(7);
  stage.start().open();
});

describe.each<[string, boolean, LifecycleEvent[], LifecycleEvent[]]>([
  ["was frozen", true, ["freeze"], ["resume"]],
  ["was kept for the way back", true, ["pagehide"], ["pageshow", "visible"]],
  ["has no channel and was hidden", false, ["hidden"], ["visible", "focus"]],
  ["has no channel and was another window", false, [], ["focus"]],
])("a tab that %s", (_, hasChannels, away, back) => {
  beforeEach(() => {
    env.browser.hasChannels = hasChannels;
  });

  it("shows what was said meanwhile, for one request", async () => {
    await sayInFirst("hi");
    await openSecond();
    expect(textsOf(second)).toEqual(["hi", "Hello there."]);
    for (const event of away) other.emit(event);
    await sayInFirst("and now?");
    expect(textsOf(second)).toHaveLength(2);
    const before = fetches();
    for (const event of back) other.emit(event);
    await other.advance(1_000);
    expect(textsOf(second)).toEqual(textsOf(stage.widget));
    expect(textsOf(second)).toHaveLength(4);
    expect(fetches() - before).toBe(1);
  });

  it("shows the conversation that began meanwhile", async () => {
    await openSecond();
    for (const event of away) other.emit(event);
    await sayInFirst("hi");
    for (const event of back) other.emit(event);
    await other.advance(1_000);
    expect(textsOf(second)).toEqual(["hi", "Hello there."]);
    expect(other.sent(WIDGET_PATHS.guest)).toEqual([]);
  });

  it("asks for nothing where nobody has talked", async () => {
    await openSecond();
    other.requests.length = 0;
    for (const event of [...away, ...back]) other.emit(event);
    await other.advance(1_000);
    expect(other.requests).toEqual([]);
  });
});
