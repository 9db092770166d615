// Owns conversations as a whole: whose they are, what they are called, their list. Knows no message.
import { and, desc, eq, sql } from "drizzle-orm";
import type { ThreadSummary } from "../../protocol/chat.ts";
import { HubError } from "../errors.ts";
import type { Visitor } from "../sessions/visitor.ts";
import type { Database } from "../store/database.ts";
import { threads } from "../store/schema.ts";

type ThreadRow = typeof threads.$inferSelect;

const isOf = (visitor: Visitor) =>
  and(eq(threads.accountId, visitor.accountId), eq(threads.subject, visitor.subject));
const ownedBy = (visitor: Visitor, threadId: string) => and(eq(threads.id, threadId), isOf(visitor));

const toSummary = ({ id, title, updatedAt }: ThreadRow): ThreadSummary => ({
  id,
  title,
  updated_at: updatedAt.toISOString(),
});

/** @throws HubError `thread_not_found`, also for another visitor's thread. */
export async function requireThread(db: Database, visitor: Visitor, threadId: string): Promise<ThreadRow> {
  const [row] = await db.select().from(threads).where(ownedBy(visitor, threadId));
  if (row === undefined) throw new HubError("thread_not_found");
  return row;
}

const TITLE_LENGTH = 80;

/** What a thread is called that begins with this message. */
export const titleFrom = (text: string): string => text.replace(/\s+/g, " ").trim().slice(0, TITLE_LENGTH);

/**
 * Claims a new thread id for the visitor. Until the end of the transaction nobody else decides about the turns of this
 * visitor, in whichever thread, nor writes to this one.
 * @param turn `owner` is the visitor as one text, `title` for a thread without one.
 * @returns its last message, null when it has none.
 * @throws HubError `thread_not_found` when it belongs to someone else.
 */
export async function claimThread(
  db: Database,
  visitor: Visitor,
  turn: { owner: string; threadId: string; title: string },
  now: Date,
): Promise<string | null> {
  const { owner, threadId, title } = turn;
  const at = sql`${now.toISOString()}::timestamptz`;
  const [claimed] = await db
    .insert(threads)
    .select(
      sql`select ${threadId}::text, ${visitor.accountId}::integer, ${visitor.subject}::text, ${title}::text,
        null::text, ${at}, ${at} from (select pg_advisory_xact_lock(hashtextextended(${owner}, 0))) as alone`,
    )
    .onConflictDoUpdate({
      target: threads.id,
      set: { title: sql`case when ${threads.title} = '' then excluded.title else ${threads.title} end` },
      setWhere: sql`${ownedBy(visitor, threadId)}`,
    })
    .returning({ leafId: threads.leafId });
  if (claimed === undefined) throw new HubError("thread_not_found");
  return claimed.leafId;
}

/**
 * The visitor's threads, newest first, those after the thread `before` in that order.
 * @throws HubError `invalid_request` when `before` is no thread of the visitor.
 */
export async function pageOfThreads(
  db: Database,
  visitor: Visitor,
  { before, limit }: { before: string | null; limit: number },
): Promise<{ threads: ThreadSummary[]; has_more: boolean }> {
  const [anchor] = before === null ? [] : await db.select().from(threads).where(ownedBy(visitor, before));
  if (before !== null && anchor === undefined)
    throw new HubError("invalid_request", { detail: "before names no thread" });
  const isOlder =
    anchor &&
    sql`(${threads.updatedAt}, ${threads.id}) < (${anchor.updatedAt.toISOString()}::timestamptz, ${anchor.id})`;
  const rows = await db
    .select()
    .from(threads)
    .where(and(isOf(visitor), isOlder))
    .orderBy(desc(threads.updatedAt), desc(threads.id))
    .limit(limit + 1);
  return { threads: rows.slice(0, limit).map(toSummary), has_more: rows.length > limit };
}

/** @throws HubError `thread_not_found`. */
export async function renameThread(
  db: Database,
  visitor: Visitor,
  threadId: string,
  title: string,
): Promise<ThreadSummary> {
  const [row] = await db.update(threads).set({ title }).where(ownedBy(visitor, threadId)).returning();
  if (row === undefined) throw new HubError("thread_not_found");
  return toSummary(row);
}

/** @throws HubError `thread_not_found`. */
export async function removeThread(db: Database, visitor: Visitor, threadId: string): Promise<void> {
  const removed = await db.delete(threads).where(ownedBy(visitor, threadId)).returning({ id: threads.id });
  if (removed.length === 0) throw new HubError("thread_not_found");
}
