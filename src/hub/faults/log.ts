// Owns what has happened lately, for people who watch: numbered, few, and without a token. Knows no page.
import { redact } from "../log.ts";
import type { FaultRoute } from "./routes.ts";

export type SessionEvent = "minted" | "rotated" | "refused" | "ended";

export interface RequestEntry {
  type: "request";
  method: string;
  route: FaultRoute;
  path: string;
  /** Null when there was no answer. */
  status: number | null;
  /** What was done to it, in a few words each. */
  faults: readonly string[];
  /** `X-Request-Id` of the hub's answer; null when the hub did not answer. */
  request_id: string | null;
  /** Until the head of the answer. */
  ms: number;
  /** What it meant for a session, whether the page heard of it or not. */
  session: SessionEvent | null;
}
export interface ActionEntry {
  type: "action";
  action: string;
  detail: string;
}
export type LogEntry = (RequestEntry | ActionEntry) & {
  id: number;
  /** ISO 8601. */
  at: string;
};

export interface FaultLog {
  add(entry: RequestEntry | ActionEntry): void;
  /** Entries after this id, oldest first, as far as they are kept. */
  since(id: number): LogEntry[];
  /** Calls back for each entry from now on; answers the function that ends it. */
  watch(listener: (entry: LogEntry) => void): () => void;
}

const KEPT = 500;

/** An entry as it was said; made fit to be shown when somebody looks, which is seldom. */
interface Kept {
  id: number;
  atMs: number;
  said: RequestEntry | ActionEntry;
}

function shown({ id, atMs, said }: Kept): LogEntry {
  const at = new Date(atMs).toISOString();
  return said.type === "request" ? { ...said, path: redact(said.path), id, at } : { ...said, id, at };
}

/** @param now ms since the epoch. */
export function createFaultLog(now: () => number): FaultLog {
  const entries: Kept[] = [];
  const listeners = new Set<(entry: LogEntry) => void>();
  let lastId = 0;
  return {
    add(said) {
      lastId += 1;
      const entry = { id: lastId, atMs: now(), said };
      entries.push(entry);
      if (entries.length > KEPT) entries.shift();
      for (const listener of listeners) listener(shown(entry));
    },
    since: (id) => entries.filter((entry) => entry.id > id).map(shown),
    watch(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
