// Owns what the hub has of one visitor: every message of every conversation, on whichever branch it is.
import type { MessagePage, StoredMessage, ThreadPage } from "../../src/protocol/chat.ts";
import { WIDGET_PATHS } from "../../src/protocol/paths.ts";
import { threadMessagesPath } from "../../src/protocol/thread-paths.ts";

export interface Entry extends StoredMessage {
  threadId: string;
}

/** Asks the hub for one visitor. @throws Error when it refuses */
export type Ask = (path: string) => Promise<unknown>;

/** The newest branch of a conversation, or the newest one through a message; oldest first. */
export async function readBranch(ask: Ask, threadId: string, leafId: string | null): Promise<Entry[]> {
  const leaf = leafId === null ? "" : `&leaf=${leafId}`;
  const { messages } = (await ask(`${threadMessagesPath(threadId)}?limit=100${leaf}`)) as MessagePage;
  return messages.map((message) => ({ ...message, threadId }));
}

async function readThread(ask: Ask, threadId: string): Promise<Entry[]> {
  const known = new Map<string, Entry>();
  const leaves: (string | null)[] = [null];
  // More are found on the way.
  for (const leaf of leaves) {
    for (const message of await readBranch(ask, threadId, leaf)) {
      known.set(message.id, message);
      for (const id of message.branch?.ids ?? []) if (!known.has(id) && !leaves.includes(id)) leaves.push(id);
    }
  }
  return [...known.values()];
}

export async function readLedger(ask: Ask): Promise<Entry[]> {
  const { threads } = (await ask(`${WIDGET_PATHS.threads}?limit=100`)) as ThreadPage;
  const all: Entry[] = [];
  for (const { id } of threads) all.push(...(await readThread(ask, id)));
  return all;
}
