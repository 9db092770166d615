// Owns the projection from the facts of a session to the one state that a view may know. Pure.
import type { SessionState, Visitor } from "./handle.ts";
import type { FoyerProblem } from "./problem.ts";

export interface SessionFacts {
  /** Terminal problem. */
  dead: FoyerProblem | null;
  isOnline: boolean;
  /** A request for a session is under way. */
  isBusy: boolean;
  visitor: Visitor | null;
  /** Why renewing fails at present. */
  problem: FoyerProblem | null;
}

function describe({ dead, isOnline, isBusy, visitor, problem }: SessionFacts): SessionState {
  if (dead !== null) return { kind: "dead", problem: dead };
  if (!isOnline) return { kind: "offline" };
  if (visitor === null) return { kind: isBusy || problem !== null ? "starting" : "idle" };
  if (problem !== null) return { kind: "degraded", visitor, problem };
  return { kind: isBusy ? "refreshing" : "ready", visitor };
}

/** An equal state is `previous` itself: views redraw on each change of identity. */
export function describeSession(facts: SessionFacts, previous: SessionState): SessionState {
  const next = describe(facts);
  return JSON.stringify(next) === JSON.stringify(previous) ? previous : next;
}
