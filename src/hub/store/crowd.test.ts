import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { uuidv7 } from "../ids.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { createTestDatabase, testServerUrl } from "../testing/postgres.ts";
import { createCrowd } from "./crowd.ts";
import type { NewFamily } from "./crowd.ts";
import { openStore } from "./database.ts";
import type { Store } from "./database.ts";
import { accounts, agents, clientKeys, sessions } from "./schema.ts";

let store: Store;
let drop = async () => {};
const [keyId, agentId] = [crypto.randomUUID(), crypto.randomUUID()];
const now = new Date(0);
beforeAll(async () => {
  const server = testServerUrl === undefined ? null : await createTestDatabase(testServerUrl);
  drop = server?.drop ?? drop;
  store = await openStore(server === null ? { kind: "memory" } : { kind: "postgres", url: server.url });
  const { db } = store;
  await db.insert(accounts).values({ id: 1, slug: "a", createdAt: now });
  const agent = { accountId: 1, slug: "b", name: "B", kind: "scripted" as const, config: {}, createdAt: now };
  await db.insert(agents).values({ ...agent, id: agentId });
  const key = {
    accountId: 1,
    dialect: "widget-key" as const,
    hash: "h",
    last8: "8",
    name: "K",
    allowlist: [],
  };
  await db.insert(clientKeys).values({ ...key, id: keyId, createdAt: now, updatedAt: now });
});
afterAll(async () => {
  await store.close();
  await drop();
});

function family(agent: string): NewFamily {
  const id = uuidv7(0);
  const identity = {
    subject: `guest:${id}`,
    name: null,
    email: null,
    claims: null,
    prompt: null,
    voice: null,
  };
  const times = { expiresAt: now, revokedAt: null, createdAt: now };
  const session = { id, keyId, agentId: agent, origin: "http://localhost", ...identity, ...times };
  return { session, token: { hash: `hash ${id}`, sessionId: id, expiresAt: now } };
}

it("a session whose agent was deleted since it was looked up fails alone, and says so", async () => {
  const crowd = createCrowd(store.db, createManualClock(0), true);
  const families = [agentId, agentId, crypto.randomUUID(), agentId].map(family);
  const outcomes = await Promise.allSettled(families.map((one) => crowd.saveFamily(one)));
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
  expect(outcomes[2]).toMatchObject({ reason: { code: "agent_not_found" } });
  expect(await store.db.select().from(sessions).where(eq(sessions.keyId, keyId))).toHaveLength(3);
});

it("a session whose key was deleted is told so", async () => {
  const crowd = createCrowd(store.db, createManualClock(0), true);
  const { session, token } = family(agentId);
  const gone = { session: { ...session, keyId: crypto.randomUUID() }, token };
  await expect(crowd.saveFamily(gone)).rejects.toMatchObject({ code: "unknown_client_key" });
});
