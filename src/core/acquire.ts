// Owns the order in which a session is sought: user token, refresh token, the page, guest. Keeps nothing.
import type { Handshake } from "./handshake.ts";
import type { GetToken } from "./identity.ts";
import { type FoyerProblem, type Outcome, failed, localProblem, ok } from "./problem.ts";
import { type Operation, judge } from "./retry.ts";
import type { Credentials } from "./session-request.ts";

/** What a visitor can be recognised by. */
export interface Means {
  /** Single use: null once spent. */
  userToken: string | null;
  /** Where the page gets a fresh user token. */
  getToken: GetToken | null;
  refreshToken: string | null;
  /** Refresh token of the guest who logged in here; the hub keeps the conversation where the site wants that. */
  guestToken: string | null;
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
  detail: "this user's session ended",
  hint: "give the page a fresh user token",
  retryable: false,
};

// Spelled here too: a chunk of its own for one pattern would be one more request.
const SECRET_KEY = /^\s*sk_/;

/** The page gives away what only its backend may know: it goes no further. */
export const SECRET_TOKEN = localProblem("secret_key_in_browser", "user token is a secret key: revoke it");

const isWorthless = (operation: Operation, problem: FoyerProblem): boolean =>
  judge(operation, problem, 0, () => 0).kind === "rehandshake";

/** Makes at most four requests, and asks the page at most once. */
export async function acquire(
  handshake: Handshake,
  before: Means,
  mayMintGuest: boolean,
  signal: AbortSignal,
): Promise<Acquired> {
  let means = before;
  let refusal = NO_MEANS;
  const exchange = async (): Promise<Acquired | null> => {
    if (means.userToken === null) return null;
    const outcome = SECRET_KEY.test(means.userToken)
      ? failed(SECRET_TOKEN)
      : await handshake.exchange(means.userToken, means.guestToken, signal);
    const isSpent = outcome.kind === "ok" || isWorthless("exchange", outcome.problem);
    if (isSpent) means = { ...means, userToken: null };
    if (outcome.kind === "ok") means = { ...means, guestToken: null };
    else if (isSpent) {
      refusal = outcome.problem;
      return null;
    }
    return { means, outcome, operation: "exchange" };
  };

  const exchanged = await exchange();
  if (exchanged !== null) return exchanged;
  if (means.refreshToken !== null) {
    const outcome = await handshake.refresh(means.refreshToken, signal);
    if (outcome.kind === "ok" || !isWorthless("refresh", outcome.problem)) {
      return { means, outcome, operation: "refresh" };
    }
    means = { ...means, refreshToken: null };
    refusal = outcome.problem;
  }
  if (means.getToken !== null) {
    const asked = await handshake.ask(means.getToken, signal);
    if (asked.kind === "failed") return { means, outcome: asked, operation: "exchange" };
    means = { ...means, userToken: asked.value };
    const exchangedAnew = await exchange();
    if (exchangedAnew !== null) return exchangedAnew;
  }
  if (means.isUser) return { means, outcome: failed(refusal), operation: "exchange" };
  const outcome = mayMintGuest ? await handshake.guest(signal) : ok(null);
  return { means, outcome, operation: "bootstrap" };
}
