// What a page hears of a refusal through `problem`: each one once, however many messages fail by it.
import { beforeEach, describe, expect, it } from "vitest";
import { WIDGET_PATHS } from "../protocol/paths.ts";
import { settle } from "./testing/environment.ts";
import { answer, frames, openStream, refusal, runIdOf } from "./testing/hub.ts";
import { createStage, type Stage } from "./testing/widget.ts";

let stage: Stage;
let codes: string[];

beforeEach(() => {
  stage = createStage();
  codes = [];
  stage.start().on("problem", ({ code }) => codes.push(code));
});

const states = (): unknown[] =>
  stage.widget.rows.value.map((row) => (row.kind === "activity" ? row.kind : row.state));

describe.each([
  [WIDGET_PATHS.guest, "guest_not_allowed"],
  [WIDGET_PATHS.guest, "origin_not_allowed"],
  [WIDGET_PATHS.connect, "key_revoked"],
])("%s refuses with %s", (path, code) => {
  beforeEach(() => stage.hub.overrides.set(path, () => refusal(403, code)));

  it("the message that fails by it is no second event, nor is one that is written after", async () => {
    stage.widget.send("hi");
    await settle();
    expect(codes).toEqual([code]);
    stage.widget.send("anybody?");
    await settle();
    expect([states(), codes]).toEqual([["failed", "failed"], [code]]);
  });

  it("three messages that waited fail by one event", async () => {
    stage.env.connected = false;
    stage.env.emit("offline");
    for (const text of ["one", "two", "three"]) stage.widget.send(text);
    stage.env.connected = true;
    stage.env.emit("online");
    await stage.env.advance(1_000);
    expect([states(), codes]).toEqual([["failed", "failed", "failed"], [code]]);
  });

  it("a Retry that is refused too is a second one", async () => {
    stage.widget.send("hi");
    await settle();
    stage.widget.retry(stage.visitorRow()?.id ?? "");
    await settle();
    expect([states(), codes]).toEqual([["failed"], [code, code]]);
  });
});

it("a refusal of one message only is told for each", async () => {
  stage.hub.overrides.set(WIDGET_PATHS.connect, () => refusal(400, "invalid_request"));
  stage.widget.send("hi");
  await settle();
  stage.widget.send("again");
  await settle();
  expect([states(), codes]).toEqual([
    ["failed", "failed"],
    ["invalid_request", "invalid_request"],
  ]);
});

it("an answer that is cut by it is no second event", async () => {
  const stream = openStream();
  stage.hub.ttlS = 30;
  stage.hub.overrides.set(WIDGET_PATHS.connect, () => stream.response);
  stage.hub.overrides.set(WIDGET_PATHS.refresh, () => refusal(403, "key_revoked"));
  stage.widget.send("hi");
  await settle();
  stream.push(frames(answer(runIdOf(stage.env.sent(WIDGET_PATHS.connect)[0]), "Here.").slice(0, 1)));
  await stage.env.advance(30_000);
  expect([states(), codes]).toEqual([["sent", "cut"], ["key_revoked"]]);
});
