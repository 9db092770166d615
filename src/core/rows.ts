// Owns the projection from conversation state to what a transcript shows. Pure.
import type { FoyerProblem } from "./problem.ts";

export interface VisitorRow {
  kind: "visitor";
  /** Message id; key of the row. */
  id: string;
  text: string;
  /** ms since the epoch. */
  at: number;
  state: "sending" | "sent" | "failed";
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
