// Owns asking the page for a user token, and whose token it is as the token itself says.
import { isText, MAX_TOKEN } from "../protocol/read.ts";
import { peekClaims } from "./claims.ts";
import type { Environment } from "./environment.ts";
import type { GetToken, Login } from "./identity.ts";
import { type FoyerProblem, type Outcome, failed, localProblem, ok } from "./problem.ts";

const ASK_LIMIT_MS = 10_000;

/** `user:<id>`; undefined while it is not known, or where a token does not say it. */
export const subjectOf = ({ userToken }: Login): string | undefined =>
  userToken === null ? undefined : peekClaims(userToken).sub;

const unavailable = (detail: string): FoyerProblem => ({
  ...localProblem("user_token_unavailable", `getToken ${detail}`),
  hint: "let getToken answer a fresh user token",
});

/** Asks the page, for 10 s at most. Never throws. */
export function askForToken(
  env: Environment,
  getToken: GetToken,
  signal: AbortSignal,
): Promise<Outcome<string>> {
  return new Promise((resolve) => {
    const finish = (outcome: Outcome<string>): void => {
      stopTimer();
      signal.removeEventListener("abort", onAbort);
      resolve(outcome);
    };
    const refuse = (detail: string) => (): void => finish(failed(unavailable(detail)));
    const onAbort = refuse("was left");
    const stopTimer = env.setTimer(refuse("did not answer within 10 s"), ASK_LIMIT_MS);
    signal.addEventListener("abort", onAbort);
    // What it throws may hold anything, so it is not repeated.
    Promise.resolve()
      .then(getToken)
      .then(
        (token: unknown) =>
          isText(token, MAX_TOKEN) ? finish(ok(token)) : refuse("answered no user token")(),
        refuse("threw"),
      );
  });
}
