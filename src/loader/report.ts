// Owns the loader's console lines: one prefix, a stable code, and what to change. Never a key or a token.

const WHAT_TO_DO: Record<string, string> = {
  missing_client_key: "data-client-key is missing",
  invalid_client_key: "data-client-key is not pk_live_",
  secret_key_in_browser: "revoke it",
  insecure_api_url: "data-api-url is not https",
  already_running: "second tag ignored",
  hub_unreachable: "no hub at data-api-url",
  blocked_by_csp: "data-api-url is not in connect-src",
  config_invalid: "no hub at data-api-url",
  panel_unreachable: "panel is missing",
};

/** Writes one line: `[foyer] code: sentence`. `detail` is the hub's own sentence and hint. */
export function report(code: string, detail = WHAT_TO_DO[code]): void {
  // oxlint-disable-next-line no-console -- the one place of the loader that writes to the console
  console.error(`[foyer] ${code}: ${detail}`);
}
