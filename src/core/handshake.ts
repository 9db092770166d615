// Owns the three requests that yield a session: guest, exchange, refresh. Keeps nothing and decides nothing.
import { WIDGET_PATHS } from "../protocol/paths.ts";
import { parseSession, type Session } from "../protocol/session.ts";
import { peekClaims } from "./claims.ts";
import type { Environment } from "./environment.ts";
import type { Visitor } from "./handle.ts";
import { fetchJson } from "./http.ts";
import { askForToken } from "./ask.ts";
import type { GetToken } from "./identity.ts";
import { type Lifetime, readClocks, readTtl } from "./lifetime.ts";
import type { Options } from "./options.ts";
import { type Outcome, ok } from "./problem.ts";

const SKEW_WARNING_MS = 60_000;
const REVOKE_LIMIT_MS = 3_000;

/** A session as the client holds it, in memory only. */
export interface Credentials {
  token: string;
  refreshToken: string;
  /** `guest:<uuid>` or `user:<id>`. */
  subject: string;
  visitor: Visitor;
  lifetime: Lifetime;
  /** When the hub made the token, seconds: the later one of two is the one in force. */
  issuedAtS: number;
}

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

const readVisitor = ({ id, type, name }: Session["visitor"]): Visitor => ({
  id,
  type,
  ...(name === undefined ? {} : { name }),
});

/** Warnings, the hub's and those about odd answers, are logged once per handshake object. */
export function createHandshake(env: Environment, options: Options): Handshake {
  const warned = new Set<string>();
  const warnOnce = (message: string): void => {
    if (!warned.has(message)) env.log("warn", message);
    warned.add(message);
  };

  const request = async (
    path: string,
    body: Record<string, string>,
    signal: AbortSignal,
  ): Promise<Outcome<Credentials>> => {
    // R2: the life of a token is counted from before the request, so a slow answer never lengthens it.
    const startedAt = readClocks(env);
    const url = options.apiUrl + path;
    const outcome = await fetchJson(env, { method: "POST", url, body, signal }, parseSession);
    if (outcome.kind === "failed") return outcome;
    const { token, refresh_token, expires_in, server_time, notice, visitor } = outcome.value;
    const claims = peekClaims(token);
    const { ttlMs, isGuess } = readTtl(expires_in, claims);
    if (notice !== undefined) warnOnce(notice);
    if (isGuess) warnOnce("no usable lifetime; assuming 300 s");
    const hubNowMs = server_time === undefined ? (claims.iat ?? NaN) * 1000 : Date.parse(server_time);
    if (Math.abs(hubNowMs - env.now()) > SKEW_WARNING_MS) {
      warnOnce("the clock of this device is off");
    }
    return ok({
      token,
      refreshToken: refresh_token,
      subject: claims.sub ?? `${visitor.type}:${visitor.id}`,
      visitor: readVisitor(visitor),
      lifetime: { ttlMs, startedAt },
      issuedAtS: claims.iat ?? startedAt.wallMs / 1000,
    });
  };

  const site = {
    client_key: options.clientKey,
    ...(options.agent === null ? {} : { agent_id: options.agent }),
  };
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
