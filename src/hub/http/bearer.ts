// Owns the Authorization header: reads a bearer token, and keeps secret keys out of browsers.
import { HubError } from "../errors.ts";
import type { HubLog } from "../log.ts";

/** The token of `Authorization: Bearer <token>`, or null. */
export function bearerOf(request: Request): string | null {
  return /^Bearer +([^\s,]+)$/i.exec(request.headers.get("Authorization") ?? "")?.[1] ?? null;
}

/**
 * Refuses a secret key that arrives from a page: whoever can open that page has it now.
 * @throws HubError `secret_key_in_browser`.
 */
export function refuseSecretInBrowser(request: Request, log: HubLog): void {
  const origin = request.headers.get("Origin");
  if (origin === null || !/\bsk_/.test(request.headers.get("Authorization") ?? "")) return;
  log({ level: "error", event: "secret_key_in_browser", origin, path: new URL(request.url).pathname });
  throw new HubError("secret_key_in_browser", {
    detail: "A secret key arrived with an Origin header: it is published in a page",
    hint: "Revoke this key and call this endpoint from your backend",
  });
}
