// Owns the error codes of the wire with their HTTP status and documented sentence. Knows no transport.

/** code -> [HTTP status, the sentence that text/plain answers carry and problem+json puts in `title`]. */
export const WIRE_ERRORS = {
  // visitor API
  missing_client_key: [400, "Missing client_key"],
  missing_user_id: [400, "Missing client_key or user_id"],
  invalid_user_token: [400, "Missing or expired token"],
  invalid_refresh_token: [400, "Missing or expired refresh_token"],
  user_token_wrong_key: [403, "This visitor token was minted for another client_key"],
  token_replayed: [409, "This visitor token was already exchanged"],
  unknown_client_key: [403, "Unknown client_key"],
  key_revoked: [403, "This client_key was revoked"],
  key_has_no_domains: [403, "This client_key has an empty allowlist and is blocked"],
  origin_not_allowed: [403, "Origin not in allowlist for this client_key"],
  // the agent's `auth_mode` asks for a visitor who is logged in (or for guests only): one code for each, everywhere
  guest_not_allowed: [403, "This agent does not take guests"],
  user_not_allowed: [403, "This agent takes guests only"],
  agent_not_found: [404, "No such agent"],
  agent_disabled: [403, "The widget is switched off for this agent"],
  agent_unavailable: [502, "The agent is not available"],
  invalid_session: [401, "Missing or expired session token"],
  session_revoked: [401, "This session was ended"],
  thread_not_found: [404, "No such thread"],
  run_not_found: [404, "No such run"],
  message_not_found: [404, "No such message"],
  message_too_long: [413, "The message is too long"],
  too_many_runs: [429, "Too many answers at once for this visitor"],
  rate_limited: [429, "Too many requests"],
  // management API
  missing_bearer: [401, "Missing or invalid bearer token"],
  invalid_api_key: [401, "Missing or invalid API key"],
  cross_site_request: [403, "Management calls do not come from web pages"],
  secret_key_in_browser: [403, "A secret key must never be used from a browser"],
  invalid_widget_key_body: [400, "Invalid body or name required"],
  invalid_allowlist: [400, "Invalid domain_allowlist entry"],
  agent_in_use: [409, "A key is bound to this agent"],
  // every endpoint
  invalid_json: [400, "The body is not valid JSON"],
  invalid_request: [400, "Invalid request"],
  not_found: [404, "Not found"],
  method_not_allowed: [405, "Method not allowed"],
  payload_too_large: [413, "The body is too large"],
  uri_too_long: [414, "The address is too long"],
  unsupported_media_type: [415, "Send application/json"],
  misdirected_request: [421, "This host is not served here"],
  internal_error: [500, "Internal error"],
  not_ready: [503, "The hub is not ready"],
} as const satisfies Record<string, readonly [status: number, sentence: string]>;

export type WireErrorCode = keyof typeof WIRE_ERRORS;
