// Owns putting what the hub has stored into a conversation: order, and every message once. Pure.
import type { StoredMessage } from "../protocol/chat.ts";
import type { Message } from "./conversation.ts";
import { localProblem } from "./problem.ts";

function readStored(stored: readonly StoredMessage[]): Message[] {
  let retryId = "";
  return stored.map(({ id, role, content: text, created_at, state: storedState, run_id }): Message => {
    const parsedMs = Date.parse(created_at);
    const at = Number.isNaN(parsedMs) ? 0 : parsedMs;
    if (role === "user") {
      retryId = id;
      return { kind: "visitor", id, text, at, state: "sent" };
    }
    const base = { kind: "agent", id, text, received: text, at, runId: run_id ?? "" } as const;
    const state = storedState === "running" ? "streaming" : storedState;
    return {
      ...base,
      state,
      ...(retryId === "" ? {} : { retryId }),
      ...(state === "failed" ? { problem: localProblem("agent_failed", "the agent failed", true) } : {}),
    };
  });
}

/** Whether the hub has this message as it is: its newest page would show it. */
const isSettled = (message: Message): boolean =>
  message.kind === "visitor" ? message.state === "sent" : message.state !== "streaming";

/**
 * Puts the newest page into what is shown. Older messages stay above it, what was asked meanwhile stays below it, and
 * an answer that streams here is not set back to what the hub had written down of it.
 */
export function mergeNewest(shown: readonly Message[], stored: readonly StoredMessage[]): Message[] {
  const page = readStored(stored);
  const byId = new Map(shown.map((message) => [message.id, message]));
  const inPage = new Set(page.map(({ id }) => id));
  const overlap = shown.findIndex(({ id }) => inPage.has(id));
  const above = shown.slice(0, Math.max(overlap, 0));
  const below = shown.slice(Math.max(overlap, 0)).filter((message) => !inPage.has(message.id));
  const merged = page.map((message) => {
    const known = byId.get(message.id);
    return known?.state === "streaming" && message.state === "streaming" ? known : message;
  });
  return [...above, ...merged, ...(overlap < 0 ? below.filter((message) => !isSettled(message)) : below)];
}

/** Puts an earlier page above what is shown. */
export function mergeOlder(shown: readonly Message[], stored: readonly StoredMessage[]): Message[] {
  const known = new Set(shown.map(({ id }) => id));
  return [...readStored(stored).filter(({ id }) => !known.has(id)), ...shown];
}
