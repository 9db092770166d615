// Owns the conversation on the wire: run input (AG-UI RunAgentInput), stored messages, threads.
import * as v from "valibot";

/** Longest visitor message, in UTF-16 code units. */
export const MESSAGE_MAX_LENGTH = 4000;

const id = v.pipe(v.string(), v.minLength(1), v.maxLength(128));

/** AG-UI 1.0 RunAgentInput. Of `messages` the hub takes only user messages it has not seen, by id. */
export const runAgentInput = v.object({
  /** Chosen by the client, at least 128 random bits; owned by the visitor who used it first. */
  threadId: id,
  runId: id,
  messages: v.array(
    v.object({
      id,
      role: v.string(),
      content: v.optional(v.unknown()),
    }),
  ),
  tools: v.optional(v.array(v.unknown()), []),
  context: v.optional(v.array(v.unknown()), []),
  state: v.optional(v.unknown()),
  forwardedProps: v.optional(v.unknown()),
});
export type RunAgentInput = v.InferOutput<typeof runAgentInput>;

export const MESSAGE_STATES = ["complete", "stopped", "failed", "running"] as const;
export type MessageState = (typeof MESSAGE_STATES)[number];

const storedMessage = v.object({
  id,
  role: v.picklist(["user", "assistant"]),
  content: v.string(),
  /** ISO 8601 UTC. */
  created_at: v.string(),
  /** `running`: the answer is still being written; `run_id` tells where its events are. */
  state: v.fallback(v.picklist(MESSAGE_STATES), "complete"),
  run_id: v.fallback(v.nullish(id), null),
});
export type StoredMessage = v.InferOutput<typeof storedMessage>;

/** `GET /widget/threads/{id}/messages`: oldest first; `before` pages backwards. */
const messagePage = v.object({ messages: v.array(storedMessage), has_more: v.fallback(v.boolean(), false) });
export type MessagePage = v.InferOutput<typeof messagePage>;

const threadSummary = v.object({ id, title: v.fallback(v.string(), ""), updated_at: v.string() });
export type ThreadSummary = v.InferOutput<typeof threadSummary>;
/** `GET /widget/threads`: newest first. */
const threadPage = v.object({ threads: v.array(threadSummary) });

export function parseMessagePage(body: unknown): MessagePage | null {
  const result = v.safeParse(messagePage, body);
  return result.success ? result.output : null;
}

export function parseThreads(body: unknown): ThreadSummary[] | null {
  const result = v.safeParse(threadPage, body);
  return result.success ? result.output.threads : null;
}
