// Owns visitor sessions on the wire: the session answer and the JWT claims. What the hub reads is in session-requests.ts.
import { isText, MAX_TOKEN, membersOf, oneOf, textUpTo } from "./read.ts";

export { exchangeRequest, guestRequest, refreshRequest, userTokenRequest } from "./session-requests.ts";

/** `typ` header of each token kind (RFC 8725 3.11): one kind is never accepted as another. */
export const TOKEN_TYPES = { visitor: "visitor+jwt", session: "session+jwt" } as const;

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
  /** What the site owner should read on the console, though all is well for the visitor. */
  notice: string | undefined;
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
  /** For the site owner, not in refreshes. */
  notice?: string;
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
    notice: textUpTo(raw["notice"], 300) || undefined,
    visitor: { id: visitor["id"], type, name: textUpTo(visitor["name"], 200) || undefined },
  };
}
