// Owns the three requests that yield a session: guest, exchange, refresh. Keeps nothing and decides nothing.
import { WIDGET_PATHS } from "../protocol/paths.ts";
import { askForToken } from "./ask.ts";
import type { Environment } from "./environment.ts";
import type { GetToken } from "./identity.ts";
import type { Options } from "./options.ts";
import type { Outcome } from "./problem.ts";
import { type Credentials, type SessionRequest, siteOf } from "./session-request.ts";

const REVOKE_LIMIT_MS = 3_000;

export interface Handshake {
  guest(signal: AbortSignal): Promise<Outcome<Credentials>>;
  /** @param guestToken refresh token of the guest whom this user was until now. */
  exchange(userToken: string, guestToken: string | null, signal: AbortSignal): Promise<Outcome<Credentials>>;
  refresh(refreshToken: string, signal: AbortSignal): Promise<Outcome<Credentials>>;
  /** Asks the page for a fresh user token. */
  ask(getToken: GetToken, signal: AbortSignal): Promise<Outcome<string>>;
  /** Ends a session at the hub. Nobody waits for it, and it outlives the page. */
  revoke(refreshToken: string): void;
}

/** @param request asks for each session */
export function createHandshake(env: Environment, options: Options, request: SessionRequest): Handshake {
  const site = siteOf(options);
  return {
    guest: (signal) => request(WIDGET_PATHS.guest, site, signal),
    exchange: (userToken, guestToken, signal) => {
      const guest = guestToken === null ? {} : { guest_refresh_token: guestToken };
      return request(WIDGET_PATHS.exchange, { ...site, token: userToken, ...guest }, signal);
    },
    refresh: (refreshToken, signal) => request(WIDGET_PATHS.refresh, { refresh_token: refreshToken }, signal),
    ask: (getToken, signal) => askForToken(env, getToken, signal),
    revoke(refreshToken) {
      const url = options.apiUrl + WIDGET_PATHS.logout;
      const init = {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ refresh_token: refreshToken }),
        credentials: "omit",
        redirect: "error",
        keepalive: true,
        signal: AbortSignal.timeout(REVOKE_LIMIT_MS),
      } as const;
      env.fetch(url, init).catch(() => {});
    },
  };
}
