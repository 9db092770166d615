// Owns the stored conversation: threads, messages and their order. Knows no run and no wire but its shapes.
import { and, asc, desc, eq, gt, gte, inArray, lt, or, sql } from "drizzle-orm";
import type { Feedback, MessageState, StoredMessage, ThreadSummary } from "../../protocol/chat.ts";
import type { Visitor } from "../sessions/visitor.ts";
import type { Database } from "../store/database.ts";
import { messages, threads } from "../store/schema.ts";
import { toStorableText } from "../store/text.ts";

export type MessageRow = typeof messages.$inferSelect;

const TITLE_LENGTH = 80;
const MAX_THREADS = 50;

const ownedBy = (visitor: Visitor, threadId: string) =>
  and(
    eq(threads.id, threadId),
    eq(threads.accountId, visitor.accountId),
    eq(threads.subject, visitor.subject),
  );

/** Whether this visitor owns the thread. */
export async function ownsThread(db: Database, visitor: Visitor, threadId: string): Promise<boolean> {
  return (await db.select({ id: threads.id }).from(threads).where(ownedBy(visitor, threadId))).length > 0;
}

/** What a thread is called that begins with this message. */
export const titleFrom = (text: string): string => text.replace(/\s+/g, " ").trim().slice(0, TITLE_LENGTH);

/**
 * Claims a new thread id for the visitor; false when it belongs to someone else. Until the end of the transaction nobody
 * else decides about the turns of this visitor, in whichever thread, nor writes to this one.
 * @param turn `owner` is the visitor as one text, `title` for a thread without one.
 */
export async function claimThread(
  db: Database,
  visitor: Visitor,
  turn: { owner: string; threadId: string; title: string },
  now: Date,
): Promise<boolean> {
  const { owner, threadId, title } = turn;
  const at = sql`${now.toISOString()}::timestamptz`;
  const claimed = await db
    .insert(threads)
    .select(
      sql`select ${threadId}::text, ${visitor.accountId}::integer, ${visitor.subject}::text, ${title}::text, ${at}, ${at}
        from (select pg_advisory_xact_lock(hashtextextended(${owner}, 0))) as alone`,
    )
    .onConflictDoUpdate({
      target: threads.id,
      set: { title: sql`case when ${threads.title} = '' then excluded.title else ${threads.title} end` },
      setWhere: sql`${ownedBy(visitor, threadId)}`,
    })
    .returning({ id: threads.id });
  return claimed.length > 0;
}

export async function findMessages(
  db: Database,
  threadId: string,
  ids: readonly string[],
): Promise<MessageRow[]> {
  if (ids.length === 0) return [];
  return db
    .select()
    .from(messages)
    .where(and(eq(messages.threadId, threadId), inArray(messages.id, [...ids])));
}

/** The last `limit` messages of a thread and those with these ids, oldest first. */
export function recallMessages(
  db: Database,
  threadId: string,
  ids: readonly string[],
  limit: number,
): Promise<MessageRow[]> {
  const ofThread = eq(messages.threadId, threadId);
  const last = db
    .select({ position: messages.position })
    .from(messages)
    .where(ofThread)
    .orderBy(desc(messages.position))
    .limit(limit)
    .as("last");
  const isLast = gte(messages.position, sql`(select min(${last.position}) from ${last})`);
  return db
    .select()
    .from(messages)
    .where(and(ofThread, or(isLast, inArray(messages.id, [...ids]))))
    .orderBy(asc(messages.position));
}

export type NewMessage = Pick<MessageRow, "threadId" | "id" | "role" | "content" | "state"> &
  Partial<MessageRow>;

/** Adds messages of one thread at its end, in this order. */
export function addMessages(
  db: Database,
  threadId: string,
  added: readonly NewMessage[],
  now: Date,
): Promise<MessageRow[]> {
  const changed = db
    .$with("changed")
    .as(
      db
        .update(threads)
        .set({ updatedAt: now })
        .where(eq(threads.id, threadId))
        .returning({ id: threads.id }),
    );
  return db
    .with(changed)
    .insert(messages)
    .values(added.map((message) => ({ ...message, createdAt: now, updatedAt: now })))
    .returning();
}

/** An answer as far as it is. */
export interface AnswerSoFar {
  threadId: string;
  id: string;
  content: string;
  state: MessageState;
}

/** Writes answers as far as they are, in one statement; each message is there once. */
export async function saveAnswers(db: Database, answers: readonly AnswerSoFar[], now: Date): Promise<void> {
  const latest = new Map(
    answers.map((answer) => [
      JSON.stringify([answer.threadId, answer.id]),
      { ...answer, content: toStorableText(answer.content) },
    ]),
  );
  await db.execute(sql`
    update messages set content = said.content, state = said.state, updated_at = ${now.toISOString()}::timestamptz
    from jsonb_to_recordset(${JSON.stringify([...latest.values()])}::jsonb)
      as said("threadId" text, id text, content text, state text)
    where messages.thread_id = said."threadId" and messages.id = said.id`);
}

export async function removeMessage(db: Database, threadId: string, id: string): Promise<void> {
  await db.delete(messages).where(and(eq(messages.threadId, threadId), eq(messages.id, id)));
}

/** The last message of the visitor in a thread. */
export async function lastUserMessage(db: Database, threadId: string): Promise<MessageRow | null> {
  const [row] = await db
    .select()
    .from(messages)
    .where(and(eq(messages.threadId, threadId), eq(messages.role, "user")))
    .orderBy(desc(messages.position))
    .limit(1);
  return row ?? null;
}

/** The answer that follows a message, whatever its state. */
export async function answerAfter(db: Database, message: MessageRow): Promise<MessageRow | null> {
  const [row] = await db
    .select()
    .from(messages)
    .where(
      and(
        eq(messages.threadId, message.threadId),
        eq(messages.role, "assistant"),
        gt(messages.position, message.position),
      ),
    )
    .orderBy(asc(messages.position))
    .limit(1);
  return row ?? null;
}

/** Up to `limit` messages before a position (all: null), oldest first, and whether older ones exist. */
export async function pageOfMessages(
  db: Database,
  threadId: string,
  beforePosition: number | null,
  limit: number,
): Promise<{ rows: MessageRow[]; hasMore: boolean }> {
  const rows = await db
    .select()
    .from(messages)
    .where(
      and(
        eq(messages.threadId, threadId),
        beforePosition === null ? undefined : lt(messages.position, beforePosition),
      ),
    )
    .orderBy(desc(messages.position))
    .limit(limit + 1);
  return { rows: rows.slice(0, limit).toReversed(), hasMore: rows.length > limit };
}

/** The visitor's threads, newest first. */
export async function listThreads(db: Database, visitor: Visitor): Promise<ThreadSummary[]> {
  const rows = await db
    .select()
    .from(threads)
    .where(and(eq(threads.accountId, visitor.accountId), eq(threads.subject, visitor.subject)))
    .orderBy(desc(threads.updatedAt), desc(threads.id))
    .limit(MAX_THREADS);
  return rows.map((row) => ({ id: row.id, title: row.title, updated_at: row.updatedAt.toISOString() }));
}

export async function removeThread(db: Database, visitor: Visitor, threadId: string): Promise<boolean> {
  return (
    (await db.delete(threads).where(ownedBy(visitor, threadId)).returning({ id: threads.id })).length > 0
  );
}

const toFeedback = (rating: Feedback["rating"], comment: string | null): Feedback => ({
  rating,
  ...(comment === null ? {} : { comment }),
});

/** As the wire shows a message. */
export const toStoredMessage = (row: MessageRow): StoredMessage => ({
  id: row.id,
  role: row.role,
  content: row.content,
  created_at: row.createdAt.toISOString(),
  state: row.state,
  run_id: row.runId,
  ...(row.rating === null ? {} : { feedback: toFeedback(row.rating, row.ratingComment) }),
});
