// Runs against a real server: set TEST_DATABASE_URL to an empty PostgreSQL database. Skipped without it.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestHub, readBody, readFrames, textOfFrames } from "../testing/harness.ts";
import type { TestHub } from "../testing/harness.ts";
import type { SessionAnswer } from "../../protocol/session.ts";

const url = process.env["TEST_DATABASE_URL"];

describe.skipIf(url === undefined)("two hubs on one PostgreSQL", () => {
  let hubs: TestHub[] = [];
  beforeAll(async () => {
    const database = { kind: "postgres" as const, url: url ?? "" };
    hubs = await Promise.all([createTestHub({ database }), createTestHub({ database })]);
    for (const { clock } of hubs) clock.runFreely();
  });
  afterAll(async () => {
    await Promise.all(hubs.map(({ hub }) => hub.close()));
  });
  const pair = (): [TestHub, TestHub] => {
    const [first, second] = hubs;
    if (first === undefined || second === undefined) throw new Error("two hubs");
    return [first, second];
  };

  it("start together on an empty database, share keys, and know each other's sessions", async () => {
    const [first, second] = pair();
    expect(second.seed).toEqual(first.seed);
    const session = await first.user("42", "Ada");
    const frames = await readFrames(
      await second.connect(session, { thread: crypto.randomUUID(), say: [["m1", "hello"]] }),
    );
    expect(textOfFrames(frames)).toMatch(/^Hi Ada, /);
  });

  it("R19 give one successor to refreshes that arrive at both", async () => {
    const session = await pair()[0].guest();
    const body = { refresh_token: session.refresh_token };
    const answers = await Promise.all(
      [...hubs, ...hubs, ...hubs].map(async ({ call }) =>
        readBody<SessionAnswer>(await call("/api/v1/widget/auth/refresh", { body })),
      ),
    );
    expect(new Set(answers.map(({ refresh_token, token }) => refresh_token + token)).size).toBe(1);
  });

  it("N14 take a visitor token once between them", async () => {
    const [first] = pair();
    const minted = await readBody<{ user_token: string }>(
      await first.manage("/api/v1/widget/auth/user-token", {
        body: { client_key: first.widgetKey, user_id: "once" },
      }),
    );
    const body = { client_key: first.widgetKey, token: minted.user_token };
    const answers = await Promise.all(hubs.map(({ call }) => call("/api/v1/widget/auth/exchange", { body })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it("store a message sent to both once", async () => {
    const [first, second] = pair();
    const session = await first.guest({ agent: "echo" });
    const thread = crypto.randomUUID();
    await Promise.all(
      hubs.map(async (t) => readFrames(await t.connect(session, { thread, say: [["m1", "hi"]] }))),
    );
    const page = await readBody<{ messages: { role: string }[] }>(
      await second.call(`/api/v1/widget/threads/${thread}/messages`, { token: session.token }),
    );
    expect(page.messages.filter(({ role }) => role === "user")).toHaveLength(1);
  });
});
