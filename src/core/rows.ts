// Owns the projection from conversation state to what a transcript shows. Pure.
import type { MessageBranch, Source } from "../protocol/rich.ts";
import type { Conversation, Message } from "./conversation.ts";
import type { FoyerProblem } from "./problem.ts";

export interface VisitorRow {
  kind: "visitor";
  /** Message id; key of the row. */
  id: string;
  text: string;
  /** ms since the epoch. */
  at: number;
  /** `queued`: waits here, the hub surely has not got it; `withdraw(id)` takes it back. */
  state: "queued" | "sending" | "sent" | "failed";
  /** Present when failed. `retry(id)` sends it again. */
  problem?: FoyerProblem;
  /** Present when others stand in its place: `selectBranch(id)` shows the branch of one of `branch.ids`. */
  branch?: MessageBranch;
  /** Id of the message that this one was said instead of. */
  editOf?: string;
  /** Why a command on this row came to nothing; the row is as it was before. */
  notice?: FoyerProblem;
  /** First of a group of the same sender and minute. */
  isFirst: boolean;
}
export interface AgentRow {
  kind: "agent";
  id: string;
  /** Markdown; grows while streaming, never shrinks. */
  text: string;
  at: number;
  state: "streaming" | "complete" | "stopped" | "cut" | "failed";
  isFirst: boolean;
  /** Present when cut or failed. `retry(retryId)` asks again. */
  problem?: FoyerProblem;
  /** Id of the visitor message this answers, when known. */
  retryId?: string;
  /** Present when the question was answered more than once, or edited: see {@link VisitorRow}. */
  branch?: MessageBranch;
  /** What the visitor thinks of it: `rate`. */
  rating?: 1 | -1;
  comment?: string;
  /** What `[1]` in the text refers to. */
  sources?: readonly Source[];
  /** What the visitor may want to say next. */
  suggestions?: readonly string[];
  notice?: FoyerProblem;
}
/** The agent works and has written nothing yet. `label` is what it does ("Searching orders"), null while unknown. */
export interface ActivityRow {
  kind: "activity";
  id: "activity";
  label: string | null;
  isFirst: boolean;
}
export type Row = VisitorRow | AgentRow | ActivityRow;

const MINUTE_MS = 60_000;

/** Lists and objects come anew with each page of the history. */
const isSame = (left: unknown, right: unknown): boolean =>
  left === right || (typeof left === "object" && JSON.stringify(left) === JSON.stringify(right));

const isSameRow = (left: Row, right: Row): boolean => {
  const names = Object.keys(right);
  return (
    names.length === Object.keys(left).length &&
    names.every((name) => isSame(left[name as keyof Row], right[name as keyof Row]))
  );
};

function toMessageRow(message: Message, isFirst: boolean): Row {
  if (message.kind === "visitor") return { ...message, isFirst };
  const { runId: _, received: __, ...shown } = message;
  return { ...shown, isFirst };
}

/** From where on two lists differ. A list grows at its end, so what follows is short. */
export function firstChange<T>(before: readonly T[], after: readonly T[]): number {
  let index = 0;
  while (index < after.length && index < before.length && after[index] === before[index]) index += 1;
  return index;
}

/**
 * Creates the projection of one conversation. A row that would not differ is used again, so a view can skip it, and
 * only what changed is looked at: a word that comes costs the same in a long conversation.
 */
export function createProjection(): (conversation: Conversation) => readonly Row[] {
  let seen: readonly Message[] = [];
  let rows: readonly Row[] = [];
  /** For each message: how many rows there are up to it, and whether one of them waits for its first word. */
  const marks: { count: number; isWaiting: boolean }[] = [];

  return ({ messages, activity }) => {
    const start = firstChange(seen, messages);
    seen = messages;
    marks.length = start;
    const known = new Map<string, Row>();
    const next = rows.slice(0, marks.at(-1)?.count ?? 0);
    for (const row of rows.slice(next.length)) known.set(row.id, row);
    const add = (row: Row): void => {
      const before = known.get(row.id);
      next.push(before !== undefined && isSameRow(before, row) ? before : row);
    };
    for (const message of messages.slice(start)) {
      const { kind, text, state, at } = message;
      // An answer without text is the activity while it runs and nothing afterwards; never an empty bubble.
      if (text !== "" || (state !== "streaming" && state !== "complete")) {
        const above = next.at(-1);
        const isSameMinute =
          above?.kind === kind && Math.floor(above.at / MINUTE_MS) === Math.floor(at / MINUTE_MS);
        add(toMessageRow(message, !isSameMinute));
      }
      const isWaiting = (text === "" && state === "streaming") || (marks.at(-1)?.isWaiting ?? false);
      marks.push({ count: next.length, isWaiting });
    }
    if (activity !== null || marks.at(-1)?.isWaiting) {
      const isFirst = next.at(-1)?.kind !== "agent";
      add({ kind: "activity", id: "activity", label: activity?.label ?? null, isFirst });
    }
    return (rows = next);
  };
}
