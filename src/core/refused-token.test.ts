import { beforeEach, describe, expect, it } from "vitest";
import { WIDGET_PATHS } from "../protocol/paths.ts";
import { settle } from "./testing/environment.ts";
import { fakeJwt, refusal } from "./testing/hub.ts";
import { createStage, type Stage } from "./testing/widget.ts";

let stage: Stage;
let env: Stage["env"];
let hub: Stage["hub"];
let start: Stage["start"];

beforeEach(() => {
  stage = createStage();
  ({ env, hub, start } = stage);
});

const connects = () => env.sent(WIDGET_PATHS.connect);
const messageIds = () => connects().map(({ body }) => Object(body)["messages"][0].id);
const unauthorized = () => refusal(401, "invalid_session");

describe("N43, R24: a refused token", () => {
  it("once: one refresh, the same message", async () => {
    hub.script(WIDGET_PATHS.connect, unauthorized);
    start().send("hello");
    await settle();
    expect(stage.paths().slice(1)).toEqual([
      WIDGET_PATHS.connect,
      WIDGET_PATHS.refresh,
      WIDGET_PATHS.connect,
    ]);
    const tokens = connects().map(({ headers }) => headers["authorization"]);
    expect([new Set(tokens).size, new Set(messageIds()).size]).toEqual([2, 1]);
    expect(stage.visitorRow()?.state).toBe("sent");
  });

  it("twice: a new guest, the same message, and the visit of the new one is stored", async () => {
    hub.script(WIDGET_PATHS.connect, unauthorized, unauthorized);
    start().send("hello");
    await settle();
    expect([env.sent(WIDGET_PATHS.guest).length, env.sent(WIDGET_PATHS.refresh).length]).toEqual([2, 1]);
    expect([connects().length, stage.visitorRow()?.state]).toEqual([3, "sent"]);
    expect(stage.stored()).toMatchObject({ r: "refresh-3", t: Object(connects()[2]?.body)["threadId"] });
  });

  it("twice, of a user: the page is asked for a new token once, and the same message goes out", async () => {
    let asked = 0;
    hub.subject = "user:u1";
    start().identify({ getToken: () => fakeJwt({ sub: "user:u1", n: (asked += 1) }) });
    hub.script(WIDGET_PATHS.connect, unauthorized, unauthorized);
    stage.widget.send("hello");
    await env.advance(1_000);
    expect(stage.paths()).toEqual([
      WIDGET_PATHS.exchange,
      WIDGET_PATHS.connect,
      WIDGET_PATHS.refresh,
      WIDGET_PATHS.connect,
      WIDGET_PATHS.exchange,
      WIDGET_PATHS.connect,
    ]);
    expect([asked, new Set(messageIds()).size, stage.visitorRow()?.state]).toEqual([2, 1, "sent"]);
  });

  it("three times, of a user: not sent, and the page is asked no more", async () => {
    let asked = 0;
    hub.subject = "user:u1";
    start().identify({ getToken: () => fakeJwt({ sub: "user:u1", n: (asked += 1) }) });
    hub.overrides.set(WIDGET_PATHS.connect, unauthorized);
    stage.widget.send("hello");
    await env.advance(60_000);
    expect([asked, connects().length, env.sent(WIDGET_PATHS.guest).length]).toEqual([2, 3, 0]);
    expect(stage.visitorRow()).toMatchObject({ state: "failed", text: "hello" });
  });

  it("three times: not sent, Retry, and no more requests", async () => {
    hub.overrides.set(WIDGET_PATHS.connect, unauthorized);
    start().send("hello");
    await env.advance(30_000);
    expect([connects().length, env.sent(WIDGET_PATHS.guest).length]).toEqual([3, 2]);
    expect(stage.visitorRow()).toMatchObject({
      state: "failed",
      text: "hello",
      problem: { code: "invalid_session" },
    });
  });
});
