import { beforeEach, describe, expect, it } from "vitest";
import { WIDGET_PATHS } from "../protocol/paths.ts";
import { createEngine } from "./engine.ts";
import type { Parts } from "./engine-room.ts";
import { Plain } from "./plain.ts";
import { settle } from "./testing/environment.ts";
import { API_URL, CLIENT_KEY } from "./testing/hub.ts";
import { createStage, type Stage } from "./testing/widget.ts";
import { createWidget } from "./widget.ts";

let stage: Stage;
/** The parts that were asked for, in order. */
let loads: string[] = [];
let load: Parts["engine"];
let loadPlain: Parts["plain"];
const start = (): void => {
  const config = { agent: { id: "a1", name: "Ada" } };
  stage.widget = createWidget({ clientKey: CLIENT_KEY, apiUrl: API_URL, config }, stage.env, {
    plain: () => {
      loads.push("plain");
      return loadPlain();
    },
    engine: () => {
      loads.push("engine");
      return load();
    },
  });
};

beforeEach(() => {
  stage = createStage();
  loads = [];
  load = async () => createEngine;
  loadPlain = async () => Plain;
});

describe("the engine", () => {
  it("is not loaded by creating or opening a widget for somebody new", async () => {
    start();
    stage.widget.open();
    stage.widget.close();
    await settle();
    expect([loads, stage.env.requests.length]).toEqual([[], 0]);
  });

  it("is not loaded by the first letter of somebody new: the plain part is, and asks nobody anything", async () => {
    start();
    stage.widget.draft.value = "H";
    await settle();
    stage.widget.draft.value = "Hi";
    await settle();
    expect([loads, stage.env.requests.length]).toEqual([["plain"], 0]);
  });

  it("is loaded at opening for a visitor who was here before", async () => {
    start();
    stage.widget.send("hi");
    await settle();
    stage.widget.dispose();
    loads = [];
    start();
    stage.widget.open();
    expect(stage.widget.history.value.kind).toBe("loading");
    await settle();
    expect([loads, stage.widget.session.value.kind]).toEqual([["engine"], "ready"]);
  });

  it("comes as a chunk of its own by default", async () => {
    stage.widget = createWidget({ clientKey: CLIENT_KEY, apiUrl: API_URL }, stage.env);
    stage.widget.send("hi");
    await import("./engine.ts");
    await settle();
    expect(stage.visitorRow()?.state).toBe("sent");
  });

  it.each(["engine", "plain"] as const)(
    "that cannot be loaded fails the message with Retry, and Retry loads again: %s",
    async (part) => {
      const lost = () => Promise.reject(new TypeError("Failed to fetch dynamically imported module"));
      if (part === "engine") stage.env.stored.set("foyer:x", "{}");
      load = lost;
      loadPlain = lost;
      start();
      stage.widget.send("hi");
      expect([stage.visitorRow()?.state, stage.widget.turn.value.kind]).toEqual(["sending", "sending"]);
      await settle();
      expect(stage.visitorRow()).toMatchObject({ state: "failed", problem: { code: "hub_unreachable" } });
      expect(stage.widget.turn.value.kind).toBe("idle");
      load = async () => createEngine;
      stage.widget.retry(stage.visitorRow()?.id ?? "");
      await settle();
      expect([stage.visitorRow()?.state, stage.agentRow()?.text]).toEqual(["sent", "Hello there."]);
    },
  );

  it("the plain part that did not come with the first letter is loaded with the message", async () => {
    loadPlain = () => Promise.reject(new TypeError("Failed to fetch dynamically imported module"));
    start();
    stage.widget.draft.value = "hi";
    await settle();
    loadPlain = async () => Plain;
    stage.widget.send();
    await settle();
    expect([loads, stage.agentRow()?.text]).toEqual([["plain", "plain"], "Hello there."]);
  });

  it("is not asked for while offline; messages wait in order", async () => {
    stage.env.connected = false;
    start();
    expect(stage.widget.session.value.kind).toBe("offline");
    stage.widget.send("one");
    stage.widget.send("two");
    await settle();
    expect(loads).toEqual([]);
    stage.env.emit("online");
    await settle();
    const texts = stage.env.sent(WIDGET_PATHS.connect).map(({ body }) => Object(body)["messages"][0].content);
    expect(texts).toEqual(["one", "two"]);
  });

  it("that arrives after dispose is left alone", async () => {
    const arrivals: (() => void)[] = [];
    load = () => new Promise((resolve) => arrivals.push(() => resolve(createEngine)));
    loadPlain = () => new Promise((resolve) => arrivals.push(() => resolve(Plain)));
    start();
    stage.widget.send("hi");
    stage.widget.rate("nobody", 1);
    await settle();
    stage.widget.dispose();
    for (const arrive of arrivals) arrive();
    await settle();
    expect(arrivals.length).toBe(2);
    expect([stage.env.requests.length, stage.env.timers.size, stage.env.listeners.size]).toEqual([0, 0, 0]);
  });
});

it("stopping before anything went out takes the message back", async () => {
  start();
  stage.widget.send("hi");
  stage.widget.stop();
  await settle();
  expect(stage.env.sent(WIDGET_PATHS.connect)).toEqual([]);
  expect(stage.visitorRow()).toMatchObject({ state: "failed", problem: { code: "send_stopped" } });
  expect(stage.widget.turn.value.kind).toBe("idle");
});
