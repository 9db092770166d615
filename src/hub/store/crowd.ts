// Owns the store's part in the beginning of a visit, which comes in crowds and is the same for everybody: finding the
// key and the agents, keeping the session. Done for many at once. Keys are remembered, and sessions held back until they
// are used, only where nobody else writes to the store; both end whenever something is managed.
import { and, asc, eq, getTableColumns, inArray, isNull, lt, or, sql } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import type { HubClock } from "../clock.ts";
import { HubError } from "../errors.ts";
import { createBatcher } from "./batch.ts";
import type { Database } from "./database.ts";
import { accounts, agents, clientKeys, refreshTokens, sessions } from "./schema.ts";
import { createUnusedSessions } from "./unused.ts";

/** A public key with all that decides what a page with it gets. */
export interface PageKey {
  row: typeof clientKeys.$inferSelect;
  account: typeof accounts.$inferSelect;
  /** Of the account, by number. */
  agents: readonly (typeof agents.$inferSelect)[];
}

/** A new session with its first refresh token. */
export interface NewFamily {
  session: typeof sessions.$inferSelect;
  token: typeof refreshTokens.$inferInsert;
}

export interface Crowd {
  /** Something was managed: what is remembered may not be true any more. */
  forget(): void;
  /** The public key with this digest. */
  findKey(hash: string): Promise<PageKey | null>;
  /** Keeps a new session; where no other hub writes to the store, in memory until its first use. */
  saveFamily(family: NewFamily): Promise<void>;
  /** To be called before a session is looked up, by its id or the digest of its refresh token. */
  settle(name: string): Promise<void>;
  /** To be called before anything is managed, and before the store is closed. */
  settleAll(): Promise<void>;
  /** Notes that a key was used successfully; a used key is never deleted for good. */
  touchKey(keyId: string): Promise<void>;
}

/** `last_used_at` is written at most this often. */
const TOUCH_INTERVAL_MS = 60_000;
const MAX_TOUCHED = 10_000;
const MAX_REMEMBERED = 1000;

async function findKeys(db: Database, hashes: readonly string[]): Promise<{ key: PageKey | null }[]> {
  const rows = await db
    .select({ row: clientKeys, account: accounts, agent: agents })
    .from(clientKeys)
    .innerJoin(accounts, eq(accounts.id, clientKeys.accountId))
    .leftJoin(agents, eq(agents.accountId, accounts.id))
    .where(inArray(clientKeys.hash, [...new Set(hashes)]))
    .orderBy(asc(agents.number));
  const byHash = new Map<string, PageKey & { agents: (typeof agents.$inferSelect)[] }>();
  for (const { row, account, agent } of rows) {
    const key = byHash.get(row.hash) ?? { row, account, agents: [] };
    if (agent !== null) key.agents.push(agent);
    byHash.set(row.hash, key);
  }
  return hashes.map((hash) => ({ key: byHash.get(hash) ?? null }));
}

/** Rows as JSON under the names of their columns. */
function toRecords(table: PgTable, rows: readonly Record<string, unknown>[]): string {
  const columns = Object.entries(getTableColumns(table));
  return JSON.stringify(
    rows.map((row) => Object.fromEntries(columns.map(([member, { name }]) => [name, row[member] ?? null]))),
  );
}

const FOREIGN_KEY_VIOLATION = "23503";

/** What a session speaks of may be deleted between being looked up and this. */
function explainGone(failure: unknown): unknown {
  const cause: unknown = failure instanceof Error ? failure.cause : null;
  if (typeof cause !== "object" || cause === null || !("code" in cause && "constraint" in cause))
    return failure;
  if (cause.code !== FOREIGN_KEY_VIOLATION) return failure;
  return new HubError(String(cause.constraint).includes("agent") ? "agent_not_found" : "unknown_client_key");
}

/**
 * One statement however many they are: each session with its token, or none of them.
 * @throws HubError `agent_not_found`, `unknown_client_key` when one of them is gone.
 */
export async function insertFamilies(db: Database, families: readonly NewFamily[]): Promise<void> {
  const sessionRecords = toRecords(
    sessions,
    families.map(({ session }) => session),
  );
  const tokenRecords = toRecords(
    refreshTokens,
    families.map(({ token }) => token),
  );
  const insertion = sql`
    with kept as (
      insert into ${sessions}
      select * from jsonb_populate_recordset(null::${sessions}, ${sessionRecords}::jsonb)
    )
    insert into ${refreshTokens}
    select * from jsonb_populate_recordset(null::${refreshTokens}, ${tokenRecords}::jsonb)`;
  await db.execute(insertion).catch((failure: unknown) => {
    throw explainGone(failure);
  });
}

/** Remembers found keys until told to forget; what was read before that and comes after it is not kept. */
function createKeyMemory(find: (hash: string) => Promise<PageKey | null>) {
  let known = new Map<string, PageKey>();
  return {
    forget() {
      known = new Map();
    },
    async find(hash: string): Promise<PageKey | null> {
      const memory = known;
      const remembered = memory.get(hash);
      if (remembered !== undefined) return remembered;
      const found = await find(hash);
      if (found !== null && memory.size < MAX_REMEMBERED) memory.set(hash, found);
      return found;
    },
  };
}

/** @param isShared whether other hubs may write to the store. */
export function createCrowd(db: Database, clock: HubClock, isShared: boolean): Crowd {
  const touchedAtMs = new Map<string, number>();
  const findTogether = createBatcher((hashes: readonly string[]) => findKeys(db, hashes));
  const findNow = async (hash: string) => (await findTogether(hash)).key;
  const memory = createKeyMemory(findNow);
  const saveFamily = createBatcher(async (families: readonly NewFamily[]) => {
    await insertFamilies(db, families);
    return families.map(() => true);
  });
  const unused = createUnusedSessions(async (family: NewFamily) => void (await saveFamily(family)));
  return {
    forget: memory.forget,
    findKey: isShared ? findNow : memory.find,
    saveFamily: async (family) => {
      if (isShared) await saveFamily(family);
      else await unused.hold({ names: [family.session.id, family.token.hash], session: family });
    },
    settle: unused.settle,
    settleAll: unused.settleAll,
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
