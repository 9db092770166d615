// Owns every path of the wire. `/v1` is an alias mount of `/api/v1` for the widget router only.

export const API = "/api/v1";

/** Browser-facing paths below `/api/v1` (alias: `/v1`). */
export const WIDGET_PATHS = {
  config: `${API}/widget/config`,
  guest: `${API}/widget/auth/guest`,
  userToken: `${API}/widget/auth/user-token`,
  exchange: `${API}/widget/auth/exchange`,
  refresh: `${API}/widget/auth/refresh`,
  logout: `${API}/widget/auth/logout`,
  connect: `${API}/widget/connect`,
  threads: `${API}/widget/threads`,
  runs: `${API}/widget/runs`,
} as const;

export const runEventsPath = (runId: string): string =>
  `${WIDGET_PATHS.runs}/${encodeURIComponent(runId)}/events`;
export const runCancelPath = (runId: string): string =>
  `${WIDGET_PATHS.runs}/${encodeURIComponent(runId)}/cancel`;

/** Management paths (secret key). */
export const WIDGET_KEYS_PATH = `${API}/widget-keys`;
export const AGENTS_PATH = `${API}/agents`;
export const WIDGET_SETTINGS_PATH = `${API}/widget-settings`;
export const WEBHOOK_SETTINGS_PATH = `${API}/webhook-settings`;
export const ORGS_PATH = `${API}/orgs`;
/** The other dialect has a prefix of its own. */
export const PUBLISHABLE_KEYS_PATH = "/v1/publishable-key";

export const OPENAPI_PATH = "/openapi.json";
export const DOCS_PATH = "/docs";

export const JWKS_PATH = "/.well-known/jwks.json";
export const HEALTH_PATH = "/healthz";
export const READY_PATH = "/readyz";
export const METRICS_PATH = "/metrics";
