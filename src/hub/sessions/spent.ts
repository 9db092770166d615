// Owns that a visitor token works once: which are spent, for as long as their own expiry does not refuse them.
import { eq, lt } from "drizzle-orm";
import { HubError } from "../errors.ts";
import type { Database } from "../store/database.ts";
import { usedTokenIds } from "../store/schema.ts";
import { VISITOR_TOKEN_TTL_S } from "../tokens/tokens.ts";

/** @throws HubError `token_replayed` */
export async function requireUnspent(db: Database, jti: string): Promise<void> {
  const spent = await db.select().from(usedTokenIds).where(eq(usedTokenIds.jti, jti));
  if (spent.length > 0) throw new HubError("token_replayed");
}

/** Spends a token; false when it was. Forgets those that have expired. */
export async function spend(db: Database, jti: string, nowMs: number): Promise<boolean> {
  await db.delete(usedTokenIds).where(lt(usedTokenIds.expiresAt, new Date(nowMs)));
  const spent = await db
    .insert(usedTokenIds)
    .values({ jti, expiresAt: new Date(nowMs + 2 * VISITOR_TOKEN_TTL_S * 1000) })
    .onConflictDoNothing()
    .returning();
  return spent.length > 0;
}
