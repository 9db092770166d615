// Owns the store's part in the beginning of a visit, which comes in crowds and is the same for everybody: finding the
// key and the agents, keeping the session. Done for many at once; nothing is remembered, so nothing is ever stale.
import { and, asc, eq, inArray, isNull, lt, or } from "drizzle-orm";
import type { HubClock } from "../clock.ts";
import { createBatcher } from "./batch.ts";
import type { Database } from "./database.ts";
import { accounts, agents, clientKeys, refreshTokens, sessions } from "./schema.ts";

type KeyRow = { row: typeof clientKeys.$inferSelect; account: typeof accounts.$inferSelect };
type AgentRow = typeof agents.$inferSelect;

/** A new session with its first refresh token. */
export interface NewFamily {
  session: typeof sessions.$inferSelect;
  token: typeof refreshTokens.$inferInsert;
}

export interface Crowd {
  /** The public key with this digest, and its account. */
  findKey(hash: string): Promise<KeyRow | null>;
  /** The agents of an account, by number. */
  agentsOf(accountId: number): Promise<readonly AgentRow[]>;
  saveFamily(family: NewFamily): Promise<void>;
  /** Notes that a key was used successfully; a used key is never deleted for good. */
  touchKey(keyId: string): Promise<void>;
}

/** `last_used_at` is written at most this often. */
const TOUCH_INTERVAL_MS = 60_000;
const MAX_TOUCHED = 10_000;

async function findKeys(db: Database, hashes: readonly string[]): Promise<{ key: KeyRow | null }[]> {
  const rows = await db
    .select({ row: clientKeys, account: accounts })
    .from(clientKeys)
    .innerJoin(accounts, eq(accounts.id, clientKeys.accountId))
    .where(inArray(clientKeys.hash, [...new Set(hashes)]));
  const byHash = new Map(rows.map((found) => [found.row.hash, found]));
  return hashes.map((hash) => ({ key: byHash.get(hash) ?? null }));
}

async function findAgents(db: Database, accountIds: readonly number[]): Promise<AgentRow[][]> {
  const rows = await db
    .select()
    .from(agents)
    .where(inArray(agents.accountId, [...new Set(accountIds)]))
    .orderBy(asc(agents.number));
  return accountIds.map((accountId) => rows.filter((agent) => agent.accountId === accountId));
}

/** Both or neither. */
export async function insertFamilies(db: Database, families: readonly NewFamily[]): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.insert(sessions).values(families.map(({ session }) => session));
    await tx.insert(refreshTokens).values(families.map(({ token }) => token));
  });
}

export function createCrowd(db: Database, clock: HubClock): Crowd {
  const touchedAtMs = new Map<string, number>();
  const findKey = createBatcher((hashes: readonly string[]) => findKeys(db, hashes));
  const saveFamily = createBatcher(async (families: readonly NewFamily[]) => {
    await insertFamilies(db, families);
    return families.map(() => true);
  });
  return {
    findKey: async (hash) => (await findKey(hash)).key,
    agentsOf: createBatcher((accountIds: readonly number[]) => findAgents(db, accountIds)),
    saveFamily: async (family) => void (await saveFamily(family)),
    async touchKey(keyId) {
      const now = clock.now();
      const touched = touchedAtMs.get(keyId);
      if (touched !== undefined && Math.abs(now - touched) < TOUCH_INTERVAL_MS) return;
      const before = new Date(now - TOUCH_INTERVAL_MS);
      await db
        .update(clientKeys)
        .set({ lastUsedAt: new Date(now) })
        .where(
          and(eq(clientKeys.id, keyId), or(isNull(clientKeys.lastUsedAt), lt(clientKeys.lastUsedAt, before))),
        );
      if (touchedAtMs.size >= MAX_TOUCHED) touchedAtMs.clear();
      touchedAtMs.set(keyId, now);
    },
  };
}
