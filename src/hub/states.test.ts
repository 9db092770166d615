// States that only the store can be put into today: they are written between two lives of one hub.
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStore } from "./store/database.ts";
import type { Database } from "./store/database.ts";
import { accounts, agents, clientKeys, secretKeys } from "./store/schema.ts";
import { codeOf, createTestHub, readBody } from "./testing/harness.ts";
import type { TestHub } from "./testing/harness.ts";
import { lendMemory } from "./testing/memory.ts";
import type { LentMemory } from "./testing/memory.ts";
import { digest } from "./tokens/opaque.ts";
import type { SessionAnswer } from "../protocol/session.ts";

const OTHER_SECRET = "sk_live_other_secret";
const GUEST = "/api/v1/widget/auth/guest";
let t: TestHub;
let session: SessionAnswer;
let memory: LentMemory;

async function arrange(db: Database): Promise<void> {
  const now = new Date(0);
  const [other] = await db.insert(accounts).values({ slug: "other", createdAt: now }).returning();
  await db.insert(secretKeys).values({
    id: crypto.randomUUID(),
    accountId: other?.id ?? 0,
    hash: digest(OTHER_SECRET),
    createdAt: now,
  });
  const set = (slug: string, values: Partial<typeof agents.$inferInsert>) =>
    db.update(agents).set(values).where(eq(agents.slug, slug));
  await set("support", { authMode: "user", branding: { primary_color: "red;}", title: "Desk" } });
  await set("echo", { authMode: "guest" });
  await set("slow", { status: "paused" });
  await set("fail", { widgetEnabled: false });
  await set("long", { config: { script: "unknown" } });
  await db
    .update(clientKeys)
    .set({ mode: "webhook", agentId: null })
    .where(eq(clientKeys.dialect, "publishable-key"));
}

beforeAll(async () => {
  memory = await lendMemory();
  const { database } = memory;
  const before = await createTestHub({ database });
  session = await before.guest({ agent: "slow" });
  await before.hub.close();
  const { db } = await openStore(database);
  await arrange(db);
  t = await createTestHub({ database });
}, 60_000);
afterAll(async () => {
  await t.hub.close();
  await memory.giveBack();
});

const guest = (agent: string) => t.call(GUEST, { body: { client_key: t.widgetKey, agent_id: agent } });

describe("agents", () => {
  it("N12 for users only: guests are refused with guest_not_allowed, and the config says so", async () => {
    expect(await codeOf(await guest("support"))).toEqual([403, "guest_not_allowed"]);
    const config = await readBody(await t.call(`/api/v1/widget/config?client_key=${t.widgetKey}`));
    expect(config).toMatchObject({
      auth_modes: ["user"],
      branding: { primary_color: "#3b5bdb", title: "Desk" },
    });
    expect((await t.user("42")).visitor.type).toBe("user");
  });

  it("for guests only: users are refused before their token is spent", async () => {
    const minted = await readBody<{ user_token: string }>(
      await t.manage("/api/v1/widget/auth/user-token", { body: { client_key: t.widgetKey, user_id: "7" } }),
    );
    const body = { client_key: t.widgetKey, token: minted.user_token };
    const exchange = (agent_id: string) =>
      t.call("/api/v1/widget/auth/exchange", { body: { ...body, agent_id } });
    expect(await codeOf(await exchange("echo"))).toEqual([403, "user_not_allowed"]);
    expect((await exchange("support")).status).toBe(200);
  });

  it("paused or switched off are refused, also to sessions that were started before", async () => {
    expect(await codeOf(await guest("slow"))).toEqual([403, "agent_disabled"]);
    expect(await codeOf(await guest("fail"))).toEqual([403, "agent_disabled"]);
    const turn = await t.connect(session, { thread: "t1", say: [["m1", "hi"]] });
    expect(await codeOf(turn)).toEqual([403, "agent_disabled"]);
  });

  it("with a config that names nothing answer 502 and store nothing", async () => {
    const visitor = await t.guest({ agent: "long" });
    expect(await codeOf(await t.connect(visitor, { thread: "t2", say: [["m1", "hi"]] }))).toEqual([
      502,
      "agent_unavailable",
    ]);
    expect(await readBody(await t.call("/api/v1/widget/threads", { token: visitor.token }))).toMatchObject({
      threads: [],
    });
  });

  it("that a webhook would choose are not available", async () => {
    expect(await codeOf(await t.call(GUEST, { body: { client_key: t.publishableKey } }))).toEqual([
      502,
      "agent_unavailable",
    ]);
  });
});

describe("another account", () => {
  it("does not see, change, delete or mint with keys that are not its own", async () => {
    const as = { token: OTHER_SECRET };
    expect(await readBody(await t.manage("/api/v1/widget-keys", as))).toEqual([]);
    const path = `/api/v1/widget-keys/${t.seed.keys[0]?.id ?? ""}`;
    expect(await codeOf(await t.manage(path, { ...as, method: "PATCH", body: { name: "x" } }))).toEqual([
      404,
      "not_found",
    ]);
    expect(await codeOf(await t.manage(path, { ...as, method: "DELETE" }))).toEqual([404, "not_found"]);
    const body = { client_key: t.widgetKey, user_id: "42" };
    expect(await codeOf(await t.manage("/api/v1/widget/auth/user-token", { ...as, body }))).toEqual([
      403,
      "unknown_client_key",
    ]);
    const pin = { name: "x", agent_id: t.seed.agents[0]?.id };
    expect(await codeOf(await t.manage("/api/v1/widget-keys", { ...as, body: pin }))).toEqual([
      400,
      "invalid_request",
    ]);
  });
});

it("a session lifetime out of bounds is refused at the start", async () => {
  for (const sessionTtlS of [0, -1, Number.NaN, 86_401]) {
    await expect(createTestHub({ sessionTtlS })).rejects.toThrow(RangeError);
  }
});
