// Owns the bodies of `connect`, of threads and of feedback as the hub reads them. Apart from chat.ts, because a browser
// has no use for it.
import * as v from "valibot";
import { COMMENT_MAX_LENGTH } from "./limits.ts";

const id = v.pipe(v.string(), v.minLength(1), v.maxLength(128));

/** `forwardedProps.foyer`: at most one of them. None: the turn goes on where the conversation ends. */
export const forwardedProps = v.pipe(
  v.object({
    edit_of: v.optional(
      v.pipe(id, v.description("A user message; the new one is said in its place, on a branch of its own")),
    ),
    regenerate: v.optional(
      v.pipe(
        id,
        v.description(
          "An answer, or the message it answers; it is answered once more, without a new message",
        ),
      ),
    ),
    after: v.optional(v.pipe(id, v.description("Any message; the new one follows it, on its branch"))),
  }),
  v.check((order) => Object.keys(order).length <= 1, "holds at most one of edit_of, regenerate and after"),
);
export type ForwardedProps = v.InferOutput<typeof forwardedProps>;

/** AG-UI 1.0 RunAgentInput. */
export const runAgentInput = v.object({
  /** Chosen by the client, at least 128 random bits; owned by the visitor who used it first. */
  threadId: id,
  runId: id,
  messages: v.pipe(
    v.array(
      v.object({
        id,
        role: v.string(),
        content: v.optional(v.unknown()),
        toolCallId: v.nullish(v.pipe(v.string(), v.description("Of a tool's result: the call it answers"))),
        error: v.nullish(v.pipe(v.string(), v.maxLength(2000), v.description("Why the tool failed"))),
      }),
    ),
    v.description("Taken are user messages and tool results that the hub has not seen, by id"),
  ),
  tools: v.pipe(
    v.optional(
      v.pipe(
        v.array(
          v.object({
            name: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
            description: v.pipe(v.string(), v.maxLength(2000)),
            parameters: v.optional(v.unknown()),
          }),
        ),
        v.maxLength(64),
      ),
      [],
    ),
    v.description("What the page can do for the agent; parameters is a JSON Schema"),
  ),
  context: v.optional(
    v.pipe(
      v.array(
        v.object({
          description: v.pipe(v.string(), v.maxLength(2000)),
          value: v.pipe(v.string(), v.maxLength(20_000)),
        }),
      ),
      v.maxLength(64),
    ),
    [],
  ),
  state: v.optional(v.unknown()),
  /** Anything; of ours is only `foyer`, which is judged apart, so that what is wrong with it is told by name. */
  forwardedProps: v.optional(v.union([v.object({ foyer: v.optional(forwardedProps) }), v.unknown()])),
  resume: v.nullish(
    v.pipe(
      v.array(
        v.object({
          interruptId: id,
          status: v.picklist(["resolved", "cancelled"]),
          payload: v.optional(v.unknown()),
        }),
      ),
      v.maxLength(64),
      v.description("Answers to the interrupts that the last run ended with; all of them"),
    ),
  ),
});
export type RunAgentInput = v.InferOutput<typeof runAgentInput>;

export const updateThreadRequest = v.object({
  title: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(120)),
});

/** What a visitor thought of an answer; the last word counts. */
export const feedbackRequest = v.object({
  rating: v.pipe(v.nullable(v.picklist([1, -1])), v.description("null takes the rating back")),
  comment: v.nullish(v.pipe(v.string(), v.trim(), v.maxLength(COMMENT_MAX_LENGTH))),
});
