// Owns visitor sessions on the wire: the requests of the auth endpoints, the session answer, the JWT claims.
import * as v from "valibot";
import { isText, membersOf, oneOf, textUpTo } from "./read.ts";

/** `typ` header of each token kind (RFC 8725 3.11): one kind is never accepted as another. */
export const TOKEN_TYPES = { visitor: "visitor+jwt", session: "session+jwt" } as const;

/** Longest JWT that is looked at (RFC 8725 leaves the limit to us). */
const MAX_TOKEN = 8192;

const text = (max: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(max));

export const guestRequest = v.object({ client_key: text(200), agent_id: v.nullish(text(200)) });
export const exchangeRequest = v.object({
  client_key: text(200),
  token: text(MAX_TOKEN),
  agent_id: v.nullish(text(200)),
});
export const refreshRequest = v.object({ refresh_token: text(512) });
export const userTokenRequest = v.object({
  client_key: text(200),
  /** The site's own id of the person; becomes `sub = user:<user_id>`. Alias `external_user_id`. */
  user_id: text(200),
  /** Alias `display_name`. */
  name: v.nullish(text(200)),
  email: v.nullish(text(320)),
  claims: v.nullish(v.record(v.string(), v.unknown())),
});

export interface UserTokenAnswer {
  user_token: string;
  /** Seconds, 300. */
  expires_in: number;
}

/** Claims of both token kinds. Times are NumericDate (seconds). */
export interface TokenClaims {
  iss: string;
  aud: string;
  /** `guest:<uuid>` or `user:<user_id>`. */
  sub: string;
  iat: number;
  nbf: number;
  exp: number;
  jti: string;
  account: string;
  key_id: string;
  name?: string;
  email?: string;
  /** What the site's backend added about a logged-in visitor. */
  claims?: Record<string, unknown>;
}
export interface SessionClaims extends TokenClaims {
  /** Session family id. */
  sid: string;
  agent_id: string;
  /** The origin this session was minted for; another origin is refused (R21). */
  origin: string;
  visitor_type: "guest" | "user";
}

/** What guest, exchange and refresh answer, as far as a client needs it. */
export interface Session {
  token: string;
  /** Seconds. Undefined when missing or no number; senseless values are judged by the client (R1). */
  expires_in: number | undefined;
  refresh_token: string;
  /** ISO 8601, the hub's clock at the answer. */
  server_time: string | undefined;
  visitor: { id: string; type: "guest" | "user"; name: string | undefined };
}

/** The whole answer as the hub writes it. */
export interface SessionAnswer {
  token: string;
  token_type: "Bearer";
  expires_in: number;
  expires_at: string;
  refresh_token: string;
  refresh_expires_in: number;
  server_time: string;
  agent: { id: string; name: string };
  visitor: { id: string; type: "guest" | "user"; name?: string };
}

/** Reads a foreign session. Null when a token or the visitor is missing. */
export function parseSession(body: unknown): Session | null {
  const raw = membersOf(body);
  const { token, refresh_token } = raw;
  const visitor = membersOf(raw["visitor"]);
  const type = oneOf(visitor["type"], ["guest", "user"], null);
  if (!isText(token, MAX_TOKEN) || !isText(refresh_token, 512)) return null;
  if (type === null || !isText(visitor["id"], 512)) return null;
  return {
    token,
    refresh_token,
    expires_in: typeof raw["expires_in"] === "number" ? raw["expires_in"] : undefined,
    server_time: textUpTo(raw["server_time"], 40) || undefined,
    visitor: { id: visitor["id"], type, name: textUpTo(visitor["name"], 200) || undefined },
  };
}
