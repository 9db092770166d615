// Owns what a session says of itself: the token pair of a family and the answer that carries it.
import { eq } from "drizzle-orm";
import type { SessionAnswer, SessionClaims } from "../../protocol/session.ts";
import type { AgentRow } from "../agents/directory.ts";
import type { ClientKey } from "../keys/client-keys.ts";
import type { Services } from "../services.ts";
import type { NewFamily } from "../store/crowd.ts";
import type { Database } from "../store/database.ts";
import { accounts, agents, clientKeys, sessions } from "../store/schema.ts";
import { digest, newRefreshToken } from "../tokens/opaque.ts";

/** An unused refresh token dies after this. */
const IDLE_LIMIT_MS = 30 * 86_400_000;

/** A family with everything its tokens and checks speak of. */
export interface Family {
  session: typeof sessions.$inferSelect;
  key: ClientKey;
  agent: AgentRow;
}

export interface AccessToken {
  token: string;
  expiresAtMs: number;
}

/** The two tokens a page holds. `expiresAtMs` is the access token's. */
export interface TokenPair extends AccessToken {
  refreshToken: string;
  refreshExpiresAtMs: number;
}

/** Loads a family, or null when it does not exist (any more). */
export async function loadFamily(db: Database, sessionId: string): Promise<Family | null> {
  const [row] = await db
    .select({ session: sessions, row: clientKeys, account: accounts, agent: agents })
    .from(sessions)
    .innerJoin(clientKeys, eq(clientKeys.id, sessions.keyId))
    .innerJoin(accounts, eq(accounts.id, clientKeys.accountId))
    .innerJoin(agents, eq(agents.id, sessions.agentId))
    .where(eq(sessions.id, sessionId));
  return row === undefined
    ? null
    : { session: row.session, key: { row: row.row, account: row.account }, agent: row.agent };
}

const isGuest = (subject: string): boolean => subject.startsWith("guest:");

/** Mints an access token with the family's identity claims; they are the same at every refresh. */
export async function mintAccess(family: Family, services: Services): Promise<AccessToken> {
  const { session, key, agent } = family;
  const nowMs = services.clock.now();
  const claims: Omit<SessionClaims, "iss" | "aud" | "iat" | "nbf" | "exp" | "jti"> = {
    sub: session.subject,
    sid: session.id,
    account: key.account.slug,
    key_id: key.row.id,
    agent_id: agent.id,
    origin: session.origin,
    visitor_type: isGuest(session.subject) ? "guest" : "user",
    ...(session.name === null ? {} : { name: session.name }),
    ...(session.email === null ? {} : { email: session.email }),
    ...(session.claims === null ? {} : { claims: session.claims }),
  };
  const token = await services.tokens.mintSession(claims, services.sessionTtlS);
  return { token, expiresAtMs: Math.floor(nowMs / 1000 + services.sessionTtlS) * 1000 };
}

/** The next refresh token of a family, and what is kept of it. */
export function nextToken(
  { session }: Family,
  nowMs: number,
): { refreshToken: string; row: NewFamily["token"] } {
  const refreshToken = newRefreshToken();
  const expiresAt = new Date(Math.min(nowMs + IDLE_LIMIT_MS, session.expiresAt.getTime()));
  return { refreshToken, row: { hash: digest(refreshToken), sessionId: session.id, expiresAt } };
}

/** What a page gets of both tokens. */
export const pairOf = (
  access: AccessToken,
  { refreshToken, row }: ReturnType<typeof nextToken>,
): TokenPair => ({
  ...access,
  refreshToken,
  refreshExpiresAtMs: row.expiresAt.getTime(),
});

/** The answer of guest, exchange and refresh. Lifetimes are what is left of them now. */
export function sessionAnswer(family: Family, pair: TokenPair, nowMs: number): SessionAnswer {
  const { session, agent } = family;
  return {
    token: pair.token,
    token_type: "Bearer",
    expires_in: Math.max(1, Math.round((pair.expiresAtMs - nowMs) / 1000)),
    expires_at: new Date(pair.expiresAtMs).toISOString(),
    refresh_token: pair.refreshToken,
    refresh_expires_in: Math.max(0, Math.floor((pair.refreshExpiresAtMs - nowMs) / 1000)),
    server_time: new Date(nowMs).toISOString(),
    agent: { id: agent.id, name: agent.name },
    visitor: {
      id: session.subject.slice(session.subject.indexOf(":") + 1),
      type: isGuest(session.subject) ? "guest" : "user",
      ...(session.name === null ? {} : { name: session.name }),
    },
  };
}
