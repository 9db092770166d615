// Owns the requests for threads and their messages.
import { threadMessagesPath, THREADS_PATH } from "../protocol/thread-paths.ts";
import type { Call } from "./transport.ts";

const queryOf = (place: Readonly<Record<string, string>>): string => {
  const query = String(new URLSearchParams(place));
  return query && `?${query}`;
};

/** A page of the messages of a thread, oldest first: those before a message, those of a branch, or the newest. */
export const messagesRequest = (
  threadId: string,
  place: { before?: string; leaf?: string },
  signal: AbortSignal,
): Call => ({ method: "GET", path: threadMessagesPath(threadId) + queryOf(place), signal });

/** A page of the visitor's threads, newest first: those after a thread, the newest when null. */
export const threadsRequest = (before: string | null, signal: AbortSignal): Call => ({
  method: "GET",
  path: THREADS_PATH + queryOf(before === null ? {} : { before }),
  signal,
});
