// Owns the few paths that a plain conversation asks; all of them are in paths.ts.

export const API = "/api/v1";

export const GUEST_PATH = `${API}/widget/auth/guest`;
export const CONNECT_PATH = `${API}/widget/connect`;
export const RUNS_PATH = `${API}/widget/runs`;
export const runCancelPath = (runId: string): string => `${RUNS_PATH}/${encodeURIComponent(runId)}/cancel`;
