// Owns every path of the wire. `/v1` is an alias mount of `/api/v1` for the widget router only.
import { API, CONNECT_PATH, GUEST_PATH, RUNS_PATH } from "./plain-paths.ts";

export { API, runCancelPath } from "./plain-paths.ts";

/** Browser-facing paths below `/api/v1` (alias: `/v1`). */
export const WIDGET_PATHS = {
  config: `${API}/widget/config`,
  guest: GUEST_PATH,
  userToken: `${API}/widget/auth/user-token`,
  exchange: `${API}/widget/auth/exchange`,
  refresh: `${API}/widget/auth/refresh`,
  logout: `${API}/widget/auth/logout`,
  connect: CONNECT_PATH,
  threads: `${API}/widget/threads`,
  runs: RUNS_PATH,
} as const;

export const runEventsPath = (runId: string): string => `${RUNS_PATH}/${encodeURIComponent(runId)}/events`;

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
