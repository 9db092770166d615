// Owns writing the stored conversation: messages in their place, and answers as they grow. Knows no run.
import { and, eq, sql } from "drizzle-orm";
import type { AskedInterrupt, ToolCall } from "../../protocol/agui-tools.ts";
import { unanswered } from "../../protocol/agui-tools.ts";
import type { Feedback, MessageState, StoredMessage } from "../../protocol/chat.ts";
import type { MessageBranch, Source } from "../../protocol/rich.ts";
import type { Database } from "../store/database.ts";
import { messages, threads } from "../store/schema.ts";
import { toStorable } from "../store/text.ts";
import type { MessageRow } from "./branches.ts";

export type NewMessage = Pick<MessageRow, "threadId" | "id" | "role" | "content" | "state" | "parentId"> &
  Partial<MessageRow>;

/** Adds messages of one thread, each after the one before; with the last of them the conversation goes on. */
export function addMessages(
  db: Database,
  threadId: string,
  added: readonly NewMessage[],
  now: Date,
): Promise<MessageRow[]> {
  const changed = db.$with("changed").as(
    db
      .update(threads)
      .set({ updatedAt: now, leafId: added.at(-1)?.id ?? null })
      .where(eq(threads.id, threadId))
      .returning({ id: threads.id }),
  );
  return db
    .with(changed)
    .insert(messages)
    .values(added.map((message) => ({ ...message, createdAt: now, updatedAt: now })))
    .returning();
}

/**
 * Takes a message away in favour of another one: what was said after it comes after that one now.
 * @param leafId where the conversation ended before the other one was added.
 */
export async function replaceMessage(
  db: Database,
  old: MessageRow,
  by: string,
  leafId: string | null,
): Promise<void> {
  const ofThread = eq(messages.threadId, old.threadId);
  await db
    .update(messages)
    .set({ parentId: by })
    .where(and(ofThread, eq(messages.parentId, old.id)));
  await db.delete(messages).where(and(ofThread, eq(messages.id, old.id)));
  if (leafId !== old.id) await db.update(threads).set({ leafId }).where(eq(threads.id, old.threadId));
}

/** What a visitor or their page answered to an agent's calls and interrupts. */
export async function keepReplies(
  db: Database,
  { threadId, id, toolCalls, interrupts }: MessageRow,
): Promise<void> {
  await db
    .update(messages)
    .set({ toolCalls, interrupts })
    .where(and(eq(messages.threadId, threadId), eq(messages.id, id)));
}

/** An answer as far as it is. Null: it has none. */
export interface AnswerContent {
  /** Markdown. */
  content: string;
  toolCalls: ToolCall[] | null;
  interrupts: AskedInterrupt[] | null;
  sources: Source[] | null;
  suggestions: string[] | null;
}

export interface AnswerSoFar extends AnswerContent {
  threadId: string;
  id: string;
  state: MessageState;
}

/** Writes answers as far as they are, in one statement; each message is there once. */
export async function saveAnswers(db: Database, answers: readonly AnswerSoFar[], now: Date): Promise<void> {
  const latest = new Map(
    answers.map((answer) => [JSON.stringify([answer.threadId, answer.id]), toStorable(answer)]),
  );
  await db.execute(sql`
    update messages set content = said.content, state = said.state, updated_at = ${now.toISOString()}::timestamptz,
      tool_calls = said."toolCalls", interrupts = said.interrupts, sources = said.sources,
      suggestions = said.suggestions
    from jsonb_to_recordset(${JSON.stringify([...latest.values()])}::jsonb)
      as said("threadId" text, id text, content text, state text, "toolCalls" jsonb, interrupts jsonb,
        sources jsonb, suggestions jsonb)
    where messages.thread_id = said."threadId" and messages.id = said.id`);
}

/** The calls that a page may still answer. */
export const openCalls = (row: MessageRow): ToolCall[] =>
  row.state === "complete" ? unanswered(row.toolCalls ?? []) : [];

/** The interrupts that a visitor may still answer. */
export const openInterrupts = (row: MessageRow): AskedInterrupt[] =>
  row.state === "complete" ? (row.interrupts ?? []).filter(({ answer }) => answer === undefined) : [];

const toWireInterrupt = ({ answer, ...interrupt }: AskedInterrupt) => ({
  ...interrupt,
  status: answer?.status ?? ("open" as const),
});

const toFeedback = (rating: Feedback["rating"], comment: string | null): Feedback => ({
  rating,
  ...(comment === null ? {} : { comment }),
});

/** As the wire shows a message. */
export const toStoredMessage = (row: MessageRow, branch: MessageBranch | undefined): StoredMessage => ({
  id: row.id,
  role: row.role,
  content: row.content,
  created_at: row.createdAt.toISOString(),
  state: row.state,
  run_id: row.runId,
  ...(row.rating === null ? {} : { feedback: toFeedback(row.rating, row.ratingComment) }),
  parent_id: row.parentId,
  ...(branch && { branch }),
  ...(row.sources !== null && { sources: row.sources }),
  ...(row.suggestions !== null && { suggestions: row.suggestions }),
  ...(row.toolCalls !== null && { tool_calls: row.toolCalls }),
  ...(row.interrupts !== null && { interrupts: row.interrupts.map(toWireInterrupt) }),
});
