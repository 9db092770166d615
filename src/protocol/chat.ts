// Owns the conversation on the wire: stored messages and threads. What the hub reads is in chat-requests.ts.
import type { Interrupt, ResumeEntry, ToolCall } from "./agui-tools.ts";
import { COMMENT_MAX_LENGTH } from "./limits.ts";
import { isText, membersOf, oneOf, textUpTo } from "./read.ts";
import { type MessageBranch, readExtras, type Source } from "./rich.ts";

export { type ForwardedProps, runAgentInput, type RunAgentInput } from "./chat-requests.ts";

export const MESSAGE_STATES = ["complete", "stopped", "failed", "running"] as const;
export type MessageState = (typeof MESSAGE_STATES)[number];

export interface StoredMessage {
  id: string;
  role: "user" | "assistant";
  /** Plain text of a visitor, markdown of an agent. */
  content: string;
  /** ISO 8601 UTC. */
  created_at: string;
  /** `running`: the answer is still being written; `run_id` tells where its events are. @default "complete" */
  state: MessageState;
  run_id: string | null;
  /** What the visitor thought of an answer; there once it was rated. */
  feedback?: Feedback;
  /** The message before it on its branch; null: the first. */
  parent_id: string | null;
  branch?: MessageBranch;
  sources?: Source[];
  suggestions?: string[];
  /** Left out where it is read for a view, as `interrupts` is. */
  tool_calls?: ToolCall[];
  interrupts?: (Interrupt & { status: ResumeEntry["status"] | "open" })[];
}

export interface Feedback {
  rating: 1 | -1;
  comment?: string;
}

/** `GET /widget/threads/{id}/messages`: oldest first; `before` pages backwards. */
export interface MessagePage {
  messages: StoredMessage[];
  has_more: boolean;
}

/** An entry of `GET /widget/threads`. */
export interface ThreadSummary {
  id: string;
  title: string;
  updated_at: string;
}

/** `GET /widget/threads`: newest first; `before` pages on. */
export interface ThreadPage {
  threads: ThreadSummary[];
  has_more: boolean;
}

const MAX_ID = 128;

function readFeedback(value: unknown): Pick<StoredMessage, "feedback"> {
  const { rating, comment } = membersOf(value);
  if (rating !== 1 && rating !== -1) return {};
  return { feedback: { rating, ...(isText(comment, COMMENT_MAX_LENGTH) && { comment }) } };
}

function parseMessage(value: unknown): StoredMessage | null {
  const raw = membersOf(value);
  const { id, content, created_at } = raw;
  const role = oneOf(raw["role"], ["user", "assistant"], null);
  if (!isText(id, MAX_ID) || role === null || typeof content !== "string" || !isText(created_at, 40))
    return null;
  return {
    id,
    role,
    content,
    created_at,
    state: oneOf(raw["state"], MESSAGE_STATES, "complete"),
    run_id: textUpTo(raw["run_id"], MAX_ID) || null,
    parent_id: textUpTo(raw["parent_id"], MAX_ID) || null,
    ...readFeedback(raw["feedback"]),
    ...readExtras(raw),
  };
}

/** Reads a foreign page of messages. Null unless every message can be read: half a history would mislead. */
export function parseMessagePage(body: unknown): MessagePage | null {
  const raw = membersOf(body);
  if (!Array.isArray(raw["messages"])) return null;
  const messages = raw["messages"].map(parseMessage);
  if (!messages.every((message) => message !== null)) return null;
  return { messages, has_more: raw["has_more"] === true };
}

function parseThread(value: unknown): ThreadSummary | null {
  const raw = membersOf(value);
  const { id, updated_at } = raw;
  if (!isText(id, MAX_ID) || !isText(updated_at, 40)) return null;
  return { id, title: textUpTo(raw["title"], 200), updated_at };
}

/** Reads a foreign page of threads. Entries that cannot be read are left out; null when it is no list. */
export function parseThreads(body: unknown): ThreadPage | null {
  const { threads, has_more } = membersOf(body);
  if (!Array.isArray(threads)) return null;
  return {
    threads: threads.map(parseThread).filter((thread) => thread !== null),
    has_more: has_more === true,
  };
}
