// Owns the order in which a session is sought: user token, refresh token, guest. Keeps nothing.
import type { Credentials, Handshake } from "./handshake.ts";
import { type FoyerProblem, type Outcome, failed, ok } from "./problem.ts";
import { type Operation, judge } from "./retry.ts";

/** What a visitor can be recognised by. */
export interface Means {
  /** Single use: null once spent. */
  userToken: string | null;
  refreshToken: string | null;
  /** A logged-in visitor never silently becomes a guest. */
  isUser: boolean;
}

export interface Acquired {
  /** The means that are left after the requests made. */
  means: Means;
  /** Null: nobody is known, and no guest was asked for. */
  outcome: Outcome<Credentials | null>;
  /** The last request made. */
  operation: Operation;
}

const NO_MEANS: FoyerProblem = {
  code: "invalid_session",
  detail: "the session of this logged-in visitor ended",
  hint: "give the page a fresh user token",
  retryable: false,
};

const isWorthless = (operation: Operation, problem: FoyerProblem): boolean =>
  judge(operation, problem, 0, () => 0).kind === "rehandshake";

/** Makes at most three requests, each at most once. */
export async function acquire(
  handshake: Handshake,
  before: Means,
  mayMintGuest: boolean,
  signal: AbortSignal,
): Promise<Acquired> {
  let means = before;
  let refusal = NO_MEANS;
  if (means.userToken !== null) {
    const outcome = await handshake.exchange(means.userToken, signal);
    const isSpent = outcome.kind === "ok" || isWorthless("exchange", outcome.problem);
    if (isSpent) means = { ...means, userToken: null };
    if (outcome.kind === "ok" || !isSpent) return { means, outcome, operation: "exchange" };
    refusal = outcome.problem;
  }
  if (means.refreshToken !== null) {
    const outcome = await handshake.refresh(means.refreshToken, signal);
    if (outcome.kind === "ok" || !isWorthless("refresh", outcome.problem)) {
      return { means, outcome, operation: "refresh" };
    }
    means = { ...means, refreshToken: null };
    refusal = outcome.problem;
  }
  if (means.isUser) return { means, outcome: failed(refusal), operation: "exchange" };
  const outcome = mayMintGuest ? await handshake.guest(signal) : ok(null);
  return { means, outcome, operation: "bootstrap" };
}
