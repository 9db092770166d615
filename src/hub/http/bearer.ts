// Owns the Authorization header: reads a bearer token, and keeps secret keys out of browsers.
import type { WireErrorCode } from "../../protocol/errors.ts";
import { HubError } from "../errors.ts";

/** The token of `Authorization: Bearer <token>`, or null. */
export function bearerOf(request: Request): string | null {
  return /^Bearer +([^\s,]+)$/i.exec(request.headers.get("Authorization") ?? "")?.[1] ?? null;
}

const GUESSES: ReadonlySet<WireErrorCode> = new Set([
  "unknown_client_key",
  "missing_bearer",
  "invalid_api_key",
  "invalid_session",
  "invalid_user_token",
  "invalid_refresh_token",
]);

/** Whether a refusal says that a key or token was not a good one: what somebody gets who tries them out. */
export const isGuess = (code: WireErrorCode): boolean => GUESSES.has(code);

/**
 * Refuses a secret key that arrives from a page: whoever can open that page has it now.
 * @throws HubError `secret_key_in_browser`.
 */
export function refuseSecretInBrowser(request: Request): void {
  const origin = request.headers.get("Origin");
  if (origin === null || !/\bsk_/.test(request.headers.get("Authorization") ?? "")) return;
  throw new HubError("secret_key_in_browser", {
    detail: "A secret key arrived with an Origin header: it is published in a page",
    hint: "Revoke this key and call this endpoint from your backend",
  });
}
