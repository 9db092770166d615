// Owns the projection from conversation state to what a transcript shows. Pure.
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

const isSameRow = (left: Row, right: Row): boolean => {
  const names = Object.keys(right);
  return (
    names.length === Object.keys(left).length &&
    names.every((name) => left[name as keyof Row] === right[name as keyof Row])
  );
};

function toMessageRow(message: Message, isFirst: boolean): Row {
  if (message.kind === "visitor") return { ...message, isFirst };
  const { runId: _, received: __, ...shown } = message;
  return { ...shown, isFirst };
}

/** Projects the state. A row of `previous` that would not differ is used again, so a view can skip it. */
export function toRows({ messages, activity }: Conversation, previous: readonly Row[]): readonly Row[] {
  // An answer without text is the activity while it runs and nothing afterwards; never an empty bubble.
  const shown = messages.filter(
    ({ text, state }) => text !== "" || (state !== "streaming" && state !== "complete"),
  );
  const rows = shown.map((message, index): Row => {
    const above = shown[index - 1];
    const isFirst =
      above?.kind !== message.kind || Math.floor(above.at / MINUTE_MS) !== Math.floor(message.at / MINUTE_MS);
    return toMessageRow(message, isFirst);
  });
  const isWaiting = messages.some(({ text, state }) => text === "" && state === "streaming");
  if (activity !== null || isWaiting) {
    const isFirst = shown.at(-1)?.kind !== "agent";
    rows.push({ kind: "activity", id: "activity", label: activity?.label ?? null, isFirst });
  }
  const known = new Map(previous.map((row) => [row.id, row]));
  return rows.map((row) => {
    const before = known.get(row.id);
    return before !== undefined && isSameRow(before, row) ? before : row;
  });
}
