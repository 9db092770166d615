// Owns the history's pages among the events of a conversation, for tests that mix them.
import type { StoredMessage } from "../../protocol/chat.ts";
import type { Conversation } from "../conversation.ts";
import { type ConversationEvent, reduce } from "../reduce.ts";
import { mergeNewest, mergeOlder } from "../stored.ts";

export type AnyEvent =
  | ConversationEvent
  | { kind: "loaded"; messages: readonly StoredMessage[] }
  | { kind: "older"; messages: readonly StoredMessage[] };

export function reduceAny(state: Conversation, event: AnyEvent): Conversation {
  if (event.kind === "loaded") return { ...state, messages: mergeNewest(state.messages, event.messages) };
  if (event.kind === "older") return { ...state, messages: mergeOlder(state.messages, event.messages) };
  return reduce(state, event);
}
