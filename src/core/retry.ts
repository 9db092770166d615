// Owns the retry matrix (session.md 7): what follows from a failed request. Pure data and one function.
import type { FoyerProblem } from "./problem.ts";

export type Operation = "bootstrap" | "exchange" | "refresh" | "send";

/** What to do next. */
export type Verdict =
  | { kind: "retry"; delayMs: number }
  /** Terminal for the whole widget. */
  | { kind: "dead" }
  /** Not tried again unasked. */
  | { kind: "stop" }
  /** The credential is worthless: use the next best one. */
  | { kind: "rehandshake" }
  /** The thread is gone: send into a new one. */
  | { kind: "new_thread" }
  /** The hub has handled this already: fetch the result. */
  | { kind: "reload" };

type Rule = "backoff" | "once" | Exclude<Verdict["kind"], "retry">;
type Row = Record<Operation, Rule>;

const row = (bootstrap: Rule, exchange: Rule, refresh: Rule, send: Rule): Row => ({
  bootstrap,
  exchange,
  refresh,
  send,
});

const BY_STATUS: Readonly<Record<number, Row>> = {
  400: row("dead", "rehandshake", "rehandshake", "stop"),
  // A send meets 401 only after its own remedies failed (R24).
  401: row("dead", "rehandshake", "rehandshake", "stop"),
  403: row("dead", "dead", "dead", "dead"),
  404: row("dead", "dead", "rehandshake", "new_thread"),
  409: row("once", "rehandshake", "rehandshake", "reload"),
};
const TRANSIENT = row("backoff", "backoff", "backoff", "backoff");
const OTHER_REFUSAL = row("dead", "dead", "dead", "stop");

const MAX_TRIES: Record<Operation, number> = { bootstrap: 8, exchange: 8, refresh: Infinity, send: 3 };
const BASE_MS: Record<Operation, number> = { bootstrap: 1_000, exchange: 1_000, refresh: 1_000, send: 500 };
const BACKOFF_CAP_MS = 60_000;
const WAIT_CAP_MS = 300_000;
const CONFLICT_DELAY_MS = 250;

function delayMs(base: number, problem: FoyerProblem, attempt: number, random: () => number): number {
  const backoffMs = random() * Math.min(BACKOFF_CAP_MS, base * 2 ** attempt);
  if (problem.retryAfterMs === undefined) return backoffMs;
  // Additive jitter: many visitors are told the same second.
  const waitMs = Math.max(problem.retryAfterMs, backoffMs);
  return Math.min(waitMs * (1 + 0.25 * random()), WAIT_CAP_MS);
}

/**
 * Judges a failed request.
 * @param attempt how often this has failed before: 0 for the first failure.
 * @param random uniform in [0, 1).
 */
export function judge(
  operation: Operation,
  problem: FoyerProblem,
  attempt: number,
  random: () => number,
): Verdict {
  const rules = problem.retryable ? TRANSIENT : (BY_STATUS[problem.status ?? 0] ?? OTHER_REFUSAL);
  const rule = rules[operation];
  switch (rule) {
    case "backoff": {
      // The first try and its repetitions together are MAX_TRIES requests; a message that is told to wait, waits.
      const isQueued = operation === "send" && problem.status === 429;
      if (!isQueued && attempt + 1 >= MAX_TRIES[operation]) return { kind: "stop" };
      return { kind: "retry", delayMs: delayMs(BASE_MS[operation], problem, attempt, random) };
    }
    case "once":
      return attempt === 0 ? { kind: "retry", delayMs: CONFLICT_DELAY_MS } : { kind: "dead" };
    default:
      return { kind: rule };
  }
}
