// Owns the bodies of `connect` and of feedback as the hub reads them. Apart from chat.ts, because a browser has no use for it.
import * as v from "valibot";

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

/** What a visitor thought of an answer; the last word counts. */
export const feedbackRequest = v.object({
  rating: v.picklist([1, -1]),
  comment: v.nullish(v.pipe(v.string(), v.trim(), v.maxLength(2000))),
});
