// Owns forgetting sessions and refresh tokens that nobody can use any more, so that their tables do not grow for ever.
import { inArray, lt, or } from "drizzle-orm";
import type { HubClock } from "../clock.ts";
import type { HubLog } from "../log.ts";
import type { Database } from "../store/database.ts";
import { refreshTokens, sessions } from "../store/schema.ts";

/** What is over stays this long, for whoever looks into what happened. */
const KEPT_MS = 86_400_000;
const INTERVAL_MS = 3_600_000;
/** Rows of one statement: a session goes with all its tokens, and nobody waits long for either. */
const MAX_SESSIONS = 200;
const MAX_TOKENS = 2000;

/** Repeats a deletion until it finds less than it may take at once, or is told to stop. */
async function untilFew(limit: number, isStopped: () => boolean, remove: () => Promise<unknown[]>) {
  while (!isStopped() && (await remove()).length === limit);
}

/**
 * Deletes sessions that ended or were revoked a day ago, and tokens that were not used in time: a session that is
 * prolonged every few minutes leaves one each time. Of two hubs on a database each passes over what the other takes.
 */
export async function tidySessions(db: Database, nowMs: number, isStopped = () => false): Promise<void> {
  const before = new Date(nowMs - KEPT_MS);
  const over = db
    .select({ id: sessions.id })
    .from(sessions)
    .where(or(lt(sessions.expiresAt, before), lt(sessions.revokedAt, before)))
    .limit(MAX_SESSIONS)
    .for("update", { skipLocked: true });
  const stale = db
    .select({ hash: refreshTokens.hash })
    .from(refreshTokens)
    .where(lt(refreshTokens.expiresAt, before))
    .limit(MAX_TOKENS)
    .for("update", { skipLocked: true });
  await untilFew(MAX_SESSIONS, isStopped, () =>
    db.delete(sessions).where(inArray(sessions.id, over)).returning({ id: sessions.id }),
  );
  await untilFew(MAX_TOKENS, isStopped, () =>
    db
      .delete(refreshTokens)
      .where(inArray(refreshTokens.hash, stale))
      .returning({ hash: refreshTokens.hash }),
  );
}

export interface SessionTidy {
  /** To be called when a session starts: tidies at the first one and hourly. Resolves when that is done; never rejects. */
  note(): Promise<void>;
  /** Ends what is going on, before the store is closed. */
  close(): Promise<void>;
}

export function createSessionTidy(db: Database, clock: HubClock, log: HubLog): SessionTidy {
  let tidiedAtMs = Number.NEGATIVE_INFINITY;
  let going: Promise<void> = Promise.resolve();
  let isClosed = false;
  return {
    note() {
      const nowMs = clock.now();
      if (isClosed || Math.abs(nowMs - tidiedAtMs) < INTERVAL_MS) return going;
      tidiedAtMs = nowMs;
      going = going
        .then(() => tidySessions(db, nowMs, () => isClosed))
        .catch(() => log({ level: "warn", event: "sessions_not_tidied" }));
      return going;
    },
    close() {
      isClosed = true;
      return going;
    },
  };
}
