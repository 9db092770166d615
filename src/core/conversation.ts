// Owns the state of one conversation and the small changes that others are made of. Pure; knows no HTTP and no view.
import type { AgentRow, VisitorRow } from "./rows.ts";

export interface VisitorMessage extends Omit<VisitorRow, "isFirst"> {
  /** Where the hub may have it already: it is said nowhere else. */
  threadId?: string | undefined;
}
export interface AgentMessage extends Omit<AgentRow, "isFirst"> {
  runId: string;
  /** Text of the present replay. A resumed run may start over: `text` follows only once this is longer. */
  received: string;
}
export type Message = VisitorMessage | AgentMessage;

export interface Conversation {
  /** Oldest first. */
  messages: readonly Message[];
  /** The agent works and writes nothing at present. */
  activity: { label: string | null } | null;
}

export const EMPTY_CONVERSATION: Conversation = Object.freeze({ messages: [], activity: null });

/** A run and the visitor message that it answers. */
export interface RunRef {
  runId: string;
  messageId: string;
}

/** Changes the last message that matches: the one that changes stands near the end. */
export function changeLast<T extends Message>(
  state: Conversation,
  matches: (message: Message) => message is T,
  change: (message: T) => Message,
): Conversation {
  const index = state.messages.findLastIndex(matches);
  const found = state.messages[index];
  return found === undefined || !matches(found)
    ? state
    : { ...state, messages: state.messages.with(index, change(found)) };
}

export const setVisitor = (
  state: Conversation,
  id: string,
  next: Pick<VisitorMessage, "state" | "problem" | "threadId">,
): Conversation =>
  changeLast(
    state,
    (message): message is VisitorMessage => message.kind === "visitor" && message.id === id,
    (message) => {
      const { problem: _, ...rest } = message;
      return { ...rest, ...next };
    },
  );
