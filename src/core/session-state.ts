// Owns the projection from the facts of a session to the one state that a view may know. Pure.
import type { SessionState, Visitor } from "./handle.ts";
import type { Pace } from "./pace.ts";
import type { FoyerProblem } from "./problem.ts";

export interface SessionFacts {
  /** Terminal problem. */
  dead: FoyerProblem | null;
  isOnline: boolean;
  /** A request for a session is under way. */
  isBusy: boolean;
  visitor: Visitor | null;
  /** What stands in the way of renewing, and whether it is not tried any more unasked. */
  pace: Pick<Pace, "problem" | "hasGivenUp">;
}

function describe({ dead, isOnline, isBusy, visitor, pace }: SessionFacts): SessionState {
  const { problem, hasGivenUp } = pace;
  if (dead !== null) return { kind: "dead", problem: dead };
  if (!isOnline) return { kind: "offline" };
  if (problem !== null && (visitor !== null || (hasGivenUp && !isBusy)))
    return { kind: "degraded", visitor, problem };
  if (visitor === null) return { kind: isBusy || problem !== null ? "starting" : "idle" };
  return { kind: isBusy ? "refreshing" : "ready", visitor };
}

/** An equal state is `previous` itself: views redraw on each change of identity. */
export function describeSession(facts: SessionFacts, previous: SessionState): SessionState {
  const next = describe(facts);
  return JSON.stringify(next) === JSON.stringify(previous) ? previous : next;
}
