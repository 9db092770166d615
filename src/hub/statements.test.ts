// What a request may cost the store: budgets, so that speed is not lost by accident on any machine.
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestHub, readBody, readFrames } from "./testing/harness.ts";
import type { TestHub } from "./testing/harness.ts";
import { statementsOf } from "./testing/statements.ts";
import type { SessionAnswer } from "../protocol/session.ts";

const REFRESH = "/api/v1/widget/auth/refresh";

let t: TestHub;
beforeAll(async () => {
  t = await createTestHub();
  t.clock.runFreely();
});
afterAll(() => t.hub.close());

const refreshed = async (session: SessionAnswer): Promise<SessionAnswer> =>
  readBody(await t.call(REFRESH, { body: { refresh_token: session.refresh_token } }));
const said = async (session: SessionAnswer, thread: string, id: string) =>
  readFrames(await t.connect(session, { thread, say: [[id, "hi"]] }));

it("a refresh is a look and a rotation; its repeat is a look", async () => {
  const first = await refreshed(await t.guest());
  expect(await statementsOf(() => refreshed(first))).toBe(2);
  expect(await statementsOf(() => refreshed(first))).toBe(1);
});

it("a guest is two at most: the key with its agents, and the session", async () => {
  await t.guest();
  expect(await statementsOf(() => t.guest())).toBeLessThanOrEqual(2);
  const crowd = () => Promise.all(Array.from({ length: 50 }, () => t.guest()));
  expect(await statementsOf(crowd)).toBeLessThanOrEqual(10);
});

it("a logout is one", async () => {
  const session = await refreshed(await t.guest());
  const body = { refresh_token: session.refresh_token };
  expect(await statementsOf(() => t.call("/api/v1/widget/auth/logout", { body }))).toBe(1);
});

it("a turn, from the question to the end of the answer", async () => {
  const session = await refreshed(await t.guest({ agent: "echo" }));
  const thread = crypto.randomUUID();
  // Nine, and two where a tick of the journal falls into it.
  for (const id of ["m1", "m2", "m3"])
    expect(await statementsOf(() => said(session, thread, id))).toBeLessThanOrEqual(11);
});
