import { beforeEach, describe, expect, it } from "vitest";
import { runCancelPath, WIDGET_PATHS } from "../protocol/paths.ts";
import { settle } from "./testing/environment.ts";
import { createStage, type Stage } from "./testing/widget.ts";
import { answer, CLIENT_KEY, frames, openStream, runIdOf, streamOf } from "./testing/hub.ts";
import { LOADED } from "./testing/parts.ts";
import { createWidget } from "./widget.ts";

let stage: Stage;
let env: Stage["env"];
let hub: Stage["hub"];
let start: Stage["start"];

const setStage = (): void => {
  stage = createStage();
  ({ env, hub, start } = stage);
};
beforeEach(setStage);

describe("ending", () => {
  it("stop keeps the text so far, cancels on the hub and frees the composer", async () => {
    const stream = openStream();
    hub.script(WIDGET_PATHS.connect, () => stream.response);
    start().send("long");
    await settle();
    const runId = runIdOf(env.sent(WIDGET_PATHS.connect)[0]);
    stream.push(frames(answer(runId, "Some long text").slice(0, 3)));
    await settle();
    stage.widget.stop();
    expect(stage.agentRow()).toMatchObject({ text: "Some", state: "stopped" });
    stream.push(frames(answer(runId, "Some long text").slice(3), 4));
    await settle();
    expect(stage.agentRow()?.text).toBe("Some");
    expect(env.sent(runCancelPath(runId)).length).toBe(1);
    expect(stage.widget.turn.value.kind).toBe("idle");
    expect(stage.widget.send("next")).toBe(true);
    await settle();
    expect(stage.widget.rows.value.at(-1)).toMatchObject({ kind: "agent", state: "complete" });
  });

  it("two widgets on one page share nothing", async () => {
    const first = start();
    const second = createWidget({ clientKey: CLIENT_KEY, apiUrl: "https://other.test" }, env, LOADED);
    first.send("hi");
    await settle();
    expect(second.rows.value).toEqual([]);
    expect(second.session.value.kind).toBe("idle");
    second.dispose();
    expect(first.session.value.kind).toBe("ready");
  });

  // N70
  it("disposing at any point leaves no timer, listener or request, and later answers change nothing", async () => {
    for (let steps = 0; steps < 40; steps++) {
      setStage();
      hub.script(WIDGET_PATHS.connect, () => streamOf(frames(answer("r", "cut").slice(0, 3))));
      start().open();
      stage.widget.send("hi");
      for (let step = 0; step < steps; step++) await Promise.resolve();
      if (steps >= 30) await env.advance((steps - 30) * 700);
      stage.widget.dispose();
      stage.widget.dispose();
      const rows = stage.widget.rows.value;
      await settle();
      expect([env.timers.size, env.listeners.size]).toEqual([0, 0]);
      expect(env.requests.every(({ signal }) => signal?.aborted)).toBe(true);
      expect(stage.widget.rows.value).toBe(rows);
      expect(stage.widget.send("more")).toBe(false);
    }
  });

  it("a listener that throws harms nobody", async () => {
    start().on("message", () => {
      throw new Error("host bug");
    });
    const seen: string[] = [];
    stage.widget.on("message", ({ role }) => seen.push(role));
    stage.widget.send("hi");
    await settle();
    expect(seen).toEqual(["user", "assistant"]);
  });
});
