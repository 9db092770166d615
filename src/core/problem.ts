// Owns what can go wrong as the page sees it: one union of codes. Sentences for visitors live in ui/strings.ts.
import type { WireErrorCode } from "../protocol/errors.ts";
import type { ClientKeyProblem } from "../protocol/keys.ts";

/** Problems that arise in the page, without an answer of the hub. */
export type LocalProblemCode =
  | "invalid_option"
  | "insecure_api_url"
  /** No answer: hub down, DNS, refused, ad blocker, CORS. */
  | "hub_unreachable"
  | "timeout"
  | "offline"
  /** A 2xx answer that is not what the contract says, or an answer of a proxy. */
  | "bad_answer"
  | "config_invalid"
  /** The stream ended without a terminal event. */
  | "answer_cut"
  /** The agent reported a failure (AG-UI RUN_ERROR). */
  | "agent_failed"
  | "refresh_loop"
  /** `getToken` threw, hung or answered no user token. */
  | "user_token_unavailable"
  | "destroyed";

export type ProblemCode = WireErrorCode | LocalProblemCode;

/** An expected failure. Returned, never thrown across a public border. Recognise it by `code`. */
export interface FoyerProblem {
  code: ProblemCode | (string & {});
  /** For developers: what was seen. Never contains a token or key. */
  detail: string;
  /** For developers: what to change. */
  hint?: string;
  /** HTTP status, when the hub answered. */
  status?: number;
  /** Whether doing the same again can succeed. */
  retryable: boolean;
  /** ms until a retry makes sense, when the hub said so. */
  retryAfterMs?: number;
}

/** The answer of anything that may fail as expected. */
export type Outcome<T> = { kind: "ok"; value: T } | { kind: "failed"; problem: FoyerProblem };

export const ok = <T>(value: T): Outcome<T> => ({ kind: "ok", value });
export const failed = (problem: FoyerProblem): { kind: "failed"; problem: FoyerProblem } => ({
  kind: "failed",
  problem,
});

/** A problem seen in the page itself. `retryable` defaults to false. */
export const localProblem = (
  code: LocalProblemCode | ClientKeyProblem,
  detail: string,
  retryable = false,
): FoyerProblem => ({ code, detail, retryable });

/** A chunk of the widget did not come. */
export const UNLOADED: Readonly<FoyerProblem> = localProblem(
  "hub_unreachable",
  "a part could not be loaded",
  true,
);
