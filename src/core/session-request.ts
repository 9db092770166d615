// Owns one request that yields a session, and what its answer means. Keeps nothing and decides nothing.
import { parseSession, type Session } from "../protocol/session.ts";
import { peekClaims } from "./claims.ts";
import type { Environment } from "./environment.ts";
import type { Visitor } from "./handle.ts";
import { fetchJson } from "./http.ts";
import { type Lifetime, readClocks, readTtl } from "./lifetime.ts";
import type { Options } from "./options.ts";
import { type Outcome, ok } from "./problem.ts";

const SKEW_WARNING_MS = 60_000;

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

/** Asks for a session. @param path one of `WIDGET_PATHS` */
export type SessionRequest = (
  path: string,
  body: Record<string, string>,
  signal: AbortSignal,
) => Promise<Outcome<Credentials>>;

/** What every request but a refresh says: the site, and the agent it wants. */
export const siteOf = ({ clientKey, agent }: Options): Record<string, string> => ({
  client_key: clientKey,
  ...(agent === null ? {} : { agent_id: agent }),
});

const readVisitor = ({ id, type, name }: Session["visitor"]): Visitor => ({
  id,
  type,
  ...(name === undefined ? {} : { name }),
});

/** Warnings, the hub's and those about odd answers, are logged once per function returned. */
export function createSessionRequest(env: Environment, options: Options): SessionRequest {
  const warned = new Set<string>();
  const warnOnce = (message: string): void => {
    if (!warned.has(message)) env.log("warn", message);
    warned.add(message);
  };

  return async (path, body, signal) => {
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
}
