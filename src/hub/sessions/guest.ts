// Owns what becomes of a guest who logs in: the guest's session ends, and the conversations, with the answers
// being made, are the user's where the account wants that. Decides nothing about the user.
import { and, eq, gt, isNull, like } from "drizzle-orm";
import { handOverRuns } from "../chat/run-store.ts";
import { ownerOf } from "../chat/turn.ts";
import type { PageKey } from "../store/crowd.ts";
import type { Database } from "../store/database.ts";
import { clientKeys, refreshTokens, sessions, threads } from "../store/schema.ts";
import { digest } from "../tokens/opaque.ts";

export interface Login {
  /** A refresh token of the guest. */
  presented: string;
  /** `user:<user_id>`, verified. */
  subject: string;
  key: PageKey;
  origin: string;
  now: Date;
}

/** A token that is no guest's of this account and origin, or of a session that is over, is passed over. */
export async function takeOverGuest(
  db: Database,
  { presented, subject, key, origin, now }: Login,
): Promise<void> {
  const accountId = key.account.id;
  const [guest] = await db
    .select({ id: sessions.id, subject: sessions.subject })
    .from(refreshTokens)
    .innerJoin(sessions, eq(sessions.id, refreshTokens.sessionId))
    .innerJoin(clientKeys, eq(clientKeys.id, sessions.keyId))
    .where(
      and(
        eq(refreshTokens.hash, digest(presented)),
        gt(refreshTokens.expiresAt, now),
        gt(sessions.expiresAt, now),
        isNull(sessions.revokedAt),
        like(sessions.subject, "guest:%"),
        eq(sessions.origin, origin),
        eq(clientKeys.accountId, accountId),
      ),
    );
  if (guest === undefined) return;
  await db.update(sessions).set({ revokedAt: now }).where(eq(sessions.id, guest.id));
  if (key.account.branding["merge_guest_threads"] !== true) return;
  await db
    .update(threads)
    .set({ subject })
    .where(and(eq(threads.accountId, accountId), eq(threads.subject, guest.subject)));
  await handOverRuns(db, ownerOf({ accountId, subject: guest.subject }), ownerOf({ accountId, subject }));
}
