// Owns what of a client's input is new: messages, results of tools, answers to interrupts. Stores it, and tells what is
// to be answered.
import { and, desc, eq, sql } from "drizzle-orm";
import { forwardedProps } from "../../protocol/chat-requests.ts";
import type { ForwardedProps, RunAgentInput } from "../../protocol/chat-requests.ts";
import { MESSAGE_MAX_LENGTH } from "../../protocol/limits.ts";
import { textOfContent } from "../../protocol/message-text.ts";
import { membersOf } from "../../protocol/read.ts";
import { HubError } from "../errors.ts";
import { readMembers } from "../http/members.ts";
import type { Database } from "../store/database.ts";
import { messages } from "../store/schema.ts";
import { branchTo, findMessage, nearestQuestion, recall } from "./branches.ts";
import type { MessageRow } from "./branches.ts";
import { keepReplies, openCalls, openInterrupts } from "./transcript.ts";
import type { NewMessage } from "./transcript.ts";

const refused = (detail: string) => new HubError("invalid_request", { detail });

function requireText(content: unknown): string {
  const text = textOfContent(content);
  if (text === null || text.trim() === "") throw refused("A message needs a text");
  if (text.length > MESSAGE_MAX_LENGTH) {
    throw new HubError("message_too_long", {
      detail: `The message has ${text.length} characters, at most ${MESSAGE_MAX_LENGTH} are allowed`,
    });
  }
  return text;
}

async function requireMessage(db: Database, threadId: string, id: string): Promise<MessageRow> {
  const found = await findMessage(db, threadId, id);
  if (found === null) throw new HubError("message_not_found");
  return found;
}

/** The newest answer that called one of these tools, or asked one of these interrupts. */
async function findAsking(
  db: Database,
  threadId: string,
  column: typeof messages.toolCalls | typeof messages.interrupts,
  ids: readonly string[],
): Promise<MessageRow | null> {
  if (ids.length === 0) return null;
  const [row] = await db
    .select()
    .from(messages)
    .where(
      and(
        eq(messages.threadId, threadId),
        sql`exists (select 1 from jsonb_array_elements(${column}) as asked
          where asked ->> 'id' in (select jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb)))`,
      ),
    )
    .orderBy(desc(messages.position))
    .limit(1);
  return row ?? null;
}

/** The answer whose calls and interrupts this input answers; null: it answers none. */
async function takeReplies(db: Database, input: RunAgentInput): Promise<MessageRow | null> {
  const lastSaid = input.messages.findLastIndex(({ role }) => role === "user");
  const results = input.messages.slice(lastSaid + 1).filter(({ role }) => role === "tool");
  const resume = input.resume ?? [];
  const callIds = results.flatMap(({ toolCallId }) => toolCallId ?? []);
  const asking =
    (await findAsking(
      db,
      input.threadId,
      messages.interrupts,
      resume.map(({ interruptId }) => interruptId),
    )) ?? (await findAsking(db, input.threadId, messages.toolCalls, callIds));
  if (asking === null) {
    if (resume.length > 0) throw refused("resume names no interrupt of this conversation");
    return null;
  }
  const calls = openCalls(asking);
  const interrupts = openInterrupts(asking);
  if (calls.length + interrupts.length === 0) return asking;
  for (const call of calls) {
    const said = results.find(({ toolCallId }) => toolCallId === call.id);
    if (said === undefined) continue;
    const { id, error } = said;
    call.result = { id, content: textOfContent(said.content) ?? "", ...(error && { error }) };
  }
  for (const interrupt of interrupts) {
    const entry = resume.find(({ interruptId }) => interruptId === interrupt.id);
    if (entry === undefined) continue;
    const { status, payload } = entry;
    interrupt.answer = { status, ...(payload !== undefined && { payload }) };
  }
  // A call that waits for an approval is the agent's to carry out, not the page's.
  const approved = new Set((asking.interrupts ?? []).map(({ toolCallId }) => toolCallId));
  const waiting = [...openCalls(asking).filter(({ id }) => !approved.has(id)), ...openInterrupts(asking)];
  if (waiting.length > 0)
    throw refused(`Answer all that the last run waits for, also: ${waiting.map(({ id }) => id).join(", ")}`);
  await keepReplies(db, asking);
  return asking;
}

/** The message that the visitor's next one follows. */
async function parentFor(
  db: Database,
  threadId: string,
  order: ForwardedProps,
  leafId: string | null,
): Promise<string | null> {
  if (order.after !== undefined) return (await requireMessage(db, threadId, order.after)).id;
  if (order.edit_of === undefined) return leafId;
  const edited = await requireMessage(db, threadId, order.edit_of);
  if (edited.role !== "user")
    throw refused("edit_of names an answer: only what the visitor said can be edited");
  return edited.parentId;
}

export const saidIn = (input: RunAgentInput) => input.messages.filter(({ role }) => role === "user");

/** The visitor's messages that are not stored yet, each once and after the one before. */
function newMessages(
  input: RunAgentInput,
  known: readonly MessageRow[],
  leafId: string | null,
): NewMessage[] {
  const ids = new Set(known.map(({ id }) => id));
  let parentId = leafId;
  return saidIn(input).flatMap(({ id, content }) => {
    if (ids.has(id)) return [];
    ids.add(id);
    const message = { threadId: input.threadId, id, parentId, role: "user", state: "complete" } as const;
    parentId = id;
    return [{ ...message, content: requireText(content) }];
  });
}

/** What is to be answered once more. */
async function findAnswered(db: Database, threadId: string, id: string): Promise<MessageRow> {
  const row = await requireMessage(db, threadId, id);
  if (row.role === "user") return row;
  if (row.parentId === null) throw refused("regenerate names a message that answers nothing");
  return requireMessage(db, threadId, row.parentId);
}

export type Taken =
  /** Said now and not stored yet; the last one is to be answered. `before` is the branch that they go on. */
  | { kind: "new"; added: NewMessage[]; before: MessageRow[] }
  /** To be answered: a visitor's message, or an answer that goes on. `isAgain`: once more, whatever was answered. */
  | { kind: "old"; target: MessageRow; isAgain: boolean };

/**
 * Finds out what an input is about; stores only answers to calls and interrupts.
 * @param leafId where the conversation ends now.
 * @param limit how much of the conversation is looked at.
 * @throws HubError `invalid_request`, `message_too_long`, `message_not_found`.
 */
export async function takeInput(
  db: Database,
  input: RunAgentInput,
  leafId: string | null,
  limit: number,
): Promise<Taken> {
  const { threadId } = input;
  const order = readMembers(forwardedProps, membersOf(input.forwardedProps)["foyer"] ?? {});
  const asking = await takeReplies(db, input);
  const ids = saidIn(input).map(({ id }) => id);
  const { branch, known } = await recall(db, threadId, { lastId: leafId, limit, ids });
  if (newMessages(input, known, null).length > 0) {
    if (order.regenerate !== undefined) throw refused("regenerate takes no new message");
    const parentId = await parentFor(db, threadId, order, leafId);
    const isHere = parentId === leafId && asking === null;
    const before = isHere || parentId === null ? branch : await branchTo(db, threadId, parentId, limit);
    return {
      kind: "new",
      added: newMessages(input, known, parentId),
      before: parentId === null ? [] : before,
    };
  }
  if (order.regenerate !== undefined)
    return { kind: "old", target: await findAnswered(db, threadId, order.regenerate), isAgain: true };
  const last = known.find(({ id }) => id === ids.at(-1));
  const target = asking ?? last ?? (leafId && (await nearestQuestion(db, threadId, leafId)));
  if (!target) throw refused("There is no message to answer");
  return { kind: "old", target, isAgain: false };
}
