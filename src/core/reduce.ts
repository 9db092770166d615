// Owns how each event of the hub changes a conversation; loaded with the part that talks to it. Pure.
import {
  type Conversation,
  type Message,
  type RunRef,
  setVisitor,
  type VisitorMessage,
} from "./conversation.ts";
import { type AnswerEvent, reduceAnswer } from "./reduce-answer.ts";

export type ConversationEvent =
  | AnswerEvent
  /** What an earlier page had not brought to the hub; it stands above what was asked since and waits too. */
  | { kind: "restored"; messages: readonly VisitorMessage[] }
  | { kind: "queued"; id: string }
  /** The message goes out again; a failed answer to it makes room. */
  | { kind: "asked_again"; id: string }
  /** The rest of a cut answer is fetched again. */
  | { kind: "continued"; run: RunRef }
  /** Another conversation is shown from now on. */
  | { kind: "left" };

/** A cut answer streams again; a row that only told of the cut goes. */
const continueRun = (state: Conversation, run: RunRef): Conversation => {
  const messages = state.messages.flatMap((message): Message[] => {
    if (message.kind !== "agent" || message.runId !== run.runId || message.state !== "cut") return [message];
    const { problem: _, ...rest } = message;
    return message.text === "" ? [] : [{ ...rest, state: "streaming" }];
  });
  return { messages, activity: { label: null } };
};

export function reduce(state: Conversation, event: ConversationEvent): Conversation {
  switch (event.kind) {
    case "restored": {
      const { messages } = state;
      const since = messages.findIndex(({ kind, state: of }) => kind === "visitor" && of !== "sent");
      return { ...state, messages: messages.toSpliced(since < 0 ? Infinity : since, 0, ...event.messages) };
    }
    case "queued":
      return setVisitor(state, event.id, { state: "queued", threadId: undefined });
    case "asked_again": {
      const isOld = (message: Message): boolean =>
        message.kind === "agent" && message.retryId === event.id && message.problem !== undefined;
      // What the hub has not got is said now, after everything that it has got since.
      const isUnsaid = (message: Message): boolean => message.id === event.id && message.state === "failed";
      const others = state.messages.filter((message) => !isOld(message) && !isUnsaid(message));
      const unsaid = state.messages.filter(isUnsaid);
      // What it surely has not got may be said anywhere.
      const isRefused = unsaid[0]?.problem?.retryable === false;
      return setVisitor({ ...state, messages: [...others, ...unsaid] }, event.id, {
        state: "sending",
        ...(isRefused && { threadId: undefined }),
      });
    }
    case "continued":
      return continueRun(state, event.run);
    // What could not be sent is only here: it comes along.
    case "left":
      return {
        messages: state.messages.filter(({ kind, state: of }) => kind === "visitor" && of !== "sent"),
        activity: null,
      };
    default:
      return reduceAnswer(state, event);
  }
}
