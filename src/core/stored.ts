// Owns putting what the hub has stored into a conversation: order, and every message once. Pure.
import type { StoredMessage } from "../protocol/chat.ts";
import type { Message } from "./conversation.ts";
import { localProblem } from "./problem.ts";

function readStored(stored: readonly StoredMessage[]): Message[] {
  let retryId = "";
  return stored.map((message): Message => {
    const { id, role, content: text, created_at, state: storedState, run_id } = message;
    const { branch, sources, suggestions, feedback } = message;
    const parsedMs = Date.parse(created_at);
    const at = Number.isNaN(parsedMs) ? 0 : parsedMs;
    if (role === "user") {
      retryId = id;
      return { kind: "visitor", id, text, at, state: "sent", ...(branch && { branch }) };
    }
    const base = { kind: "agent", id, text, received: text, at, runId: run_id ?? "" } as const;
    const state = storedState === "running" ? "streaming" : storedState;
    return {
      ...base,
      state,
      ...(retryId === "" ? {} : { retryId }),
      ...(branch && { branch }),
      ...(sources && { sources }),
      ...(suggestions && { suggestions }),
      ...feedback,
      ...(state === "failed" ? { problem: localProblem("agent_failed", "the agent failed", true) } : {}),
    };
  });
}

/** Messages of a page of the hub. */
const PAGE_LENGTH = 50;

/** Whether the hub has this message as it is: its newest page would show it. */
export const isSettled = (message: Message): boolean =>
  message.kind === "visitor" ? message.state === "sent" : message.state !== "streaming";

/** Where a page begins in what is shown; -1: it does not go on from any of it. */
function placeIn(shown: readonly Message[], page: readonly StoredMessage[]): number {
  const inPage = new Set(page.map(({ id }) => id));
  const overlap = shown.findIndex(({ id }) => inPage.has(id));
  if (overlap >= 0) return overlap;
  const parentId = page[0]?.parent_id;
  const parent = parentId ? shown.findIndex(({ id }) => id === parentId) : -1;
  return parent < 0 ? -1 : parent + 1;
}

/** What is shown below and not in the page, without what stands on another branch and what the page has under another id. */
function belowPage(below: readonly Message[], page: readonly StoredMessage[]): Message[] {
  const inPage = new Set(page.map(({ id }) => id));
  const runs = new Set(page.flatMap(({ run_id }) => run_id ?? []));
  const others = new Set(page.flatMap(({ branch }) => branch?.ids ?? []).filter((id) => !inPage.has(id)));
  const leave = below.findIndex(({ id }) => others.has(id));
  return below.filter(
    (message, index) =>
      !inPage.has(message.id) &&
      !(message.kind === "agent" && runs.has(message.runId)) &&
      !(leave >= 0 && index >= leave && isSettled(message)),
  );
}

/**
 * Puts the newest page into what is shown. Older messages stay above it, what was asked meanwhile stays below it, and
 * an answer that streams here is not set back to what the hub had written down of it.
 */
export function mergeNewest(shown: readonly Message[], stored: readonly StoredMessage[]): Message[] {
  const page = readStored(stored);
  const byId = new Map(shown.map((message) => [message.id, message]));
  const place = placeIn(shown, stored);
  const above = shown.slice(0, Math.max(place, 0));
  const below = belowPage(shown.slice(Math.max(place, 0)), stored);
  const merged = page.map((message) => {
    const known = byId.get(message.id);
    return known?.state === "streaming" && message.state === "streaming" ? known : message;
  });
  // A full page that reaches back to nothing shown leaves a gap: what is older than it would stand in the wrong place.
  // Anything else that it lacks came to the hub while it was on its way.
  const isGap = place < 0 && page.length >= PAGE_LENGTH;
  const isStray = (message: Message): boolean =>
    isGap && isSettled(message) && message.at < (page[0]?.at ?? 0);
  return [...above, ...merged, ...below.filter((message) => !isStray(message))];
}

/** Puts an earlier page above what is shown. */
export function mergeOlder(shown: readonly Message[], stored: readonly StoredMessage[]): Message[] {
  const known = new Set(shown.map(({ id }) => id));
  return [...readStored(stored).filter(({ id }) => !known.has(id)), ...shown];
}
