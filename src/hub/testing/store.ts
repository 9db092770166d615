// Owns an opened store for tests: a database of its own on the test server, or in memory where there is none.
import { openStore } from "../store/database.ts";
import type { Store } from "../store/database.ts";
import type { NewFamily } from "../store/crowd.ts";
import { accounts, agents, clientKeys } from "../store/schema.ts";
import { uuidv7 } from "../ids.ts";
import { openTestDatabase } from "./database.ts";

export async function openTestStore(): Promise<Store> {
  const { database, end } = await openTestDatabase();
  const store = await openStore(database);
  return {
    ...store,
    async close() {
      await store.close();
      await end();
    },
  };
}

/** One key and one agent to have sessions with. */
export interface Place {
  keyId: string;
  agentId: string;
}

const EPOCH = new Date(0);

export async function addPlace({ db }: Store): Promise<Place> {
  const place = { keyId: crypto.randomUUID(), agentId: crypto.randomUUID() };
  await db.insert(accounts).values({ id: 1, slug: "a", createdAt: EPOCH });
  const agent = {
    accountId: 1,
    slug: "b",
    name: "B",
    kind: "scripted" as const,
    config: {},
    createdAt: EPOCH,
  };
  await db.insert(agents).values({ ...agent, id: place.agentId });
  await db.insert(clientKeys).values({
    id: place.keyId,
    accountId: 1,
    dialect: "widget-key",
    hash: "h",
    last8: "8",
    name: "K",
    allowlist: [],
    createdAt: EPOCH,
    updatedAt: EPOCH,
  });
  return place;
}

/** A guest's session with its first refresh token, both over at `expiresAt`. */
export function familyAt({ keyId, agentId }: Place, expiresAt: Date): NewFamily {
  const id = uuidv7(0);
  const session = {
    id,
    keyId,
    agentId,
    origin: "http://localhost",
    subject: `guest:${id}`,
    name: null,
    email: null,
    claims: null,
    prompt: null,
    voice: null,
    expiresAt,
    revokedAt: null,
    createdAt: EPOCH,
  };
  return { session, token: { hash: `hash ${id}`, sessionId: id, expiresAt } };
}
