// Two processes on one database, as two hubs in one test: requests alternate between them. Needs a PostgreSQL server in
// TEST_DATABASE_URL; the CI brings one.
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { SessionAnswer } from "../protocol/session.ts";
import { openStore } from "./store/database.ts";
import { codeOf, createTestHub, readBody, readFrames, textOfFrames } from "./testing/harness.ts";
import type { TestHub } from "./testing/harness.ts";
import { createManualClock } from "./testing/manual-clock.ts";
import { createTestDatabase, testServerUrl } from "./testing/postgres.ts";
import type { TestDatabase } from "./testing/postgres.ts";

describe.skipIf(testServerUrl === undefined)("two hubs on one PostgreSQL", () => {
  const clock = createManualClock();
  let database: TestDatabase;
  let first: TestHub;
  let second: TestHub;
  let thread: string;
  beforeAll(async () => {
    database = await createTestDatabase(testServerUrl ?? "");
    const options = { database: { kind: "postgres" as const, url: database.url }, clock };
    [first, second] = await Promise.all([createTestHub(options), createTestHub(options)]);
  });
  afterAll(async () => {
    await Promise.all([first.hub.close(), second.hub.close()]);
    await database.drop();
  });
  beforeEach(() => {
    clock.runFreely();
    thread = crypto.randomUUID();
  });
  const history = async (t: TestHub, token: string) =>
    (
      await readBody<{ messages: { role: string; state: string; content: string }[] }>(
        await t.call(`/api/v1/widget/threads/${thread}/messages`, { token }),
      )
    ).messages;

  it("start together on an empty database, share keys, and know each other's sessions", async () => {
    expect(second.seed).toEqual(first.seed);
    const session = await first.user("42", "Ada");
    const frames = await readFrames(await second.connect(session, { thread, say: [["m1", "hello"]] }));
    expect(textOfFrames(frames)).toMatch(/^Hi Ada, /);
  });

  it("R19 give one successor to refreshes that arrive at both", async () => {
    const session = await first.guest();
    const body = { refresh_token: session.refresh_token };
    const answers = await Promise.all(
      [first, second, first, second, first, second].map(async ({ call }) =>
        readBody<SessionAnswer>(await call("/api/v1/widget/auth/refresh", { body })),
      ),
    );
    expect(new Set(answers.map(({ refresh_token, token }) => refresh_token + token)).size).toBe(1);
  });

  it("N14 take a visitor token once between them", async () => {
    const minted = await readBody<{ user_token: string }>(
      await first.manage("/api/v1/widget/auth/user-token", {
        body: { client_key: first.widgetKey, user_id: "once" },
      }),
    );
    const body = { client_key: first.widgetKey, token: minted.user_token };
    const answers = await Promise.all(
      [first, second].map(({ call }) => call("/api/v1/widget/auth/exchange", { body })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it("N47 make one turn and one answer of a message sent to both, and stream it from both", async () => {
    const session = await first.guest({ agent: "echo" });
    const streams = await Promise.all(
      [first, second, first, second].map(async (t) =>
        readFrames(await t.connect(session, { thread, say: [["m1", "hello there"]] })),
      ),
    );
    expect(streams.map(textOfFrames)).toEqual(Array<string>(4).fill("hello there"));
    expect(new Set(streams.map((frames) => JSON.stringify(frames))).size).toBe(1);
    expect((await history(second, session.token)).map(({ role }) => role)).toEqual(["user", "assistant"]);
  });

  it("resume at one the answer that the other makes, after exactly the event that was seen", async () => {
    const session = await first.guest({ agent: "echo" });
    const said = "one two three four five six";
    const whole = await readFrames(
      await first.connect(session, { thread, say: [["m1", said]], run: `r-${thread}` }),
    );
    const rest = await readFrames(
      await second.call(`/api/v1/widget/runs/r-${thread}/events`, {
        token: session.token,
        headers: { "Last-Event-ID": "3" },
      }),
    );
    expect(rest).toEqual(whole.slice(3));
  });

  it("follow live what the other makes, and stop it", async () => {
    const session = await first.guest({ agent: "slow" });
    clock.hold();
    const making = await first.connect(session, { thread, say: [["m1", "hi"]], run: `r-${thread}` });
    const following = await second.call(`/api/v1/widget/runs/r-${thread}/events`, { token: session.token });
    await clock.advance(3000);
    clock.runFreely();
    const stop = { method: "POST", token: session.token };
    expect((await second.call(`/api/v1/widget/runs/r-${thread}/cancel`, stop)).status).toBe(204);
    const [made, followed] = [await readFrames(making), await readFrames(following)];
    expect(followed).toEqual(made);
    expect(followed.at(-1)?.event.type).toBe("RUN_FINISHED");
    expect((await history(second, session.token))[1]).toMatchObject({
      state: "stopped",
      content: textOfFrames(made),
    });
  });

  it("count a visitor's answers together, and delete a thread whose answer the other makes", async () => {
    const session = await first.guest({ agent: "slow" });
    clock.hold();
    const threads = [`${thread}-a`, `${thread}-b`, `${thread}-c`] as const;
    await first.connect(session, { thread: threads[0], say: [["m", "hi"]] });
    await second.connect(session, { thread: threads[1], say: [["m", "hi"]] });
    const third = await first.connect(session, { thread: threads[2], say: [["m", "hi"]] });
    expect(await codeOf(third)).toEqual([429, "too_many_runs"]);
    clock.runFreely();
    for (const [hub, id] of [
      [second, threads[0]],
      [first, threads[1]],
    ] as const) {
      const gone = await hub.call(`/api/v1/widget/threads/${id}`, { method: "DELETE", token: session.token });
      expect(gone.status).toBe(204);
    }
    expect((await readFrames(await second.connect(session, { thread: threads[2] }))).length).toBe(0);
  });

  it("N46 say of an answer whose hub was killed that it was cut off, and make it anew", async () => {
    const session = await first.guest({ agent: "slow" });
    clock.hold();
    await first.connect(session, { thread, say: [["m1", "hi"]], run: `r-${thread}` });
    await clock.advance(2000);
    const store = await openStore({ kind: "postgres", url: database.url });
    await store.db.execute(sql`update runs set alive_at = now() - interval '1 minute'`);
    await store.close();
    const cut = await readFrames(
      await second.call(`/api/v1/widget/runs/r-${thread}/events`, { token: session.token }),
    );
    expect(textOfFrames(cut)).not.toBe("");
    expect(cut.at(-1)?.event.type).toBe("RUN_ERROR");
    clock.runFreely();
    const again = await readFrames(await second.connect(session, { thread, say: [["m1", "hi"]] }));
    expect(again.at(-1)?.event.type).toBe("RUN_FINISHED");
    expect((await history(first, session.token)).map(({ role, state }) => [role, state])).toEqual([
      ["user", "complete"],
      ["assistant", "complete"],
    ]);
  });

  it("see at once that a key was revoked at the other", async () => {
    const created = await readBody<{ id: string; public_key: string }>(
      await first.manage("/api/v1/widget-keys", {
        body: { name: "Short-lived", domain_allowlist: ["localhost:*"] },
      }),
    );
    const guest = () =>
      second.call("/api/v1/widget/auth/guest", { body: { client_key: created.public_key } });
    expect((await guest()).status).toBe(200);
    const path = `/api/v1/widget-keys/${created.id}`;
    await first.manage(path, { method: "PATCH", body: { disabled: true } });
    expect(await codeOf(await guest())).toEqual([403, "key_revoked"]);
  });

  it("count requests together", async () => {
    const options = {
      database: { kind: "postgres" as const, url: database.url },
      clock,
      limits: { addressAndKeyPerMinute: 5 },
    };
    const hubs = await Promise.all([createTestHub(options), createTestHub(options)]);
    const statuses: number[] = [];
    for (let count = 0; count < 7; count += 1) {
      for (const { call, widgetKey } of hubs.slice(count % 2, (count % 2) + 1)) {
        const response = await call("/api/v1/widget/auth/guest", { body: { client_key: widgetKey } });
        statuses.push(response.status);
      }
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
    await Promise.all(hubs.map(({ hub }) => hub.close()));
  });
});
