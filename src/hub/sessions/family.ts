// Owns the life of a session family: started by a handshake, prolonged by rotation (R18-R21), ended by logout or reuse.
import { eq } from "drizzle-orm";
import type { SessionAnswer } from "../../protocol/session.ts";
import type { AgentRow } from "../agents/directory.ts";
import { HubError } from "../errors.ts";
import { uuidv7 } from "../ids.ts";
import { countAddress, countKey, requireAllowedOrigin, requireLiveKey } from "../keys/client-keys.ts";
import type { ClientKey } from "../keys/client-keys.ts";
import type { Services } from "../services.ts";
import type { NewFamily } from "../store/crowd.ts";
import type { Database } from "../store/database.ts";
import { refreshTokens, sessions } from "../store/schema.ts";
import { digest, newRefreshToken, seal, unseal } from "../tokens/opaque.ts";
import { loadFamily, mintAccess, sessionAnswer } from "./grant.ts";
import type { Family, TokenPair } from "./grant.ts";

const DAY_MS = 86_400_000;
/** An unused refresh token dies after this. */
const IDLE_LIMIT_MS = 30 * DAY_MS;
/** Absolute ends of a family (R20). */
const GUEST_LIMIT_MS = 90 * DAY_MS;
const USER_LIMIT_MS = 12 * 3_600_000;

type TokenRow = typeof refreshTokens.$inferSelect;

/** Who starts a session. `subject` is `guest:<uuid>` or `user:<user_id>`. */
export interface VisitorIdentity {
  subject: string;
  name: string | null;
  email: string | null;
  claims: Record<string, unknown> | null;
}

/** Mints a pair, and keeps the refresh token's digest in the meantime. */
async function issuePair(
  family: Family,
  services: Services,
  save: (token: NewFamily["token"]) => Promise<void>,
): Promise<TokenPair> {
  const refreshToken = newRefreshToken();
  const refreshExpiresAtMs = Math.min(
    services.clock.now() + IDLE_LIMIT_MS,
    family.session.expiresAt.getTime(),
  );
  const token = {
    hash: digest(refreshToken),
    sessionId: family.session.id,
    expiresAt: new Date(refreshExpiresAtMs),
  };
  const [access] = await Promise.all([mintAccess(family, services), save(token)]);
  return { ...access, refreshToken, refreshExpiresAtMs };
}

/** Starts a family for an admitted visitor and answers its first pair. `save` keeps it. */
export async function startFamily(
  services: Services,
  save: (family: NewFamily) => Promise<void>,
  visitor: VisitorIdentity,
  place: { key: ClientKey; agent: AgentRow; origin: string; prompt: string | null; voice: string | null },
): Promise<SessionAnswer> {
  const nowMs = services.clock.now();
  const limitMs = visitor.subject.startsWith("guest:") ? GUEST_LIMIT_MS : USER_LIMIT_MS;
  const session = {
    ...visitor,
    id: uuidv7(nowMs),
    keyId: place.key.row.id,
    agentId: place.agent.id,
    origin: place.origin,
    prompt: place.prompt,
    voice: place.voice,
    expiresAt: new Date(nowMs + limitMs),
    revokedAt: null,
    createdAt: new Date(nowMs),
  };
  const family: Family = { session, key: place.key, agent: place.agent };
  const pair = await issuePair(family, services, (token) => save({ session, token }));
  return sessionAnswer(family, pair, nowMs);
}

/** First use of a token: its successor is minted, and sealed so that only this very token can fetch it again. */
async function rotate(
  db: Database,
  family: Family,
  services: Services,
  presented: string,
): Promise<TokenPair> {
  const pair = await issuePair(family, services, async (token) => {
    await db.insert(refreshTokens).values(token);
  });
  await db
    .update(refreshTokens)
    .set({
      usedAt: new Date(services.clock.now()),
      successorHash: digest(pair.refreshToken),
      successorSealed: seal(JSON.stringify(pair), presented),
    })
    .where(eq(refreshTokens.hash, digest(presented)));
  return pair;
}

/** The successor pair as it was minted; with a fresh access token when the minted one is over. */
async function repeatPair(
  sealed: string,
  presented: string,
  family: Family,
  services: Services,
): Promise<TokenPair> {
  const pair = JSON.parse(unseal(sealed, presented)) as TokenPair;
  if (pair.expiresAtMs - services.clock.now() >= 1000) return pair;
  return { ...pair, ...(await mintAccess(family, services)) };
}

type Refreshed =
  { kind: "pair"; family: Family; pair: TokenPair } | { kind: "dead" } | { kind: "refused"; error: unknown };

async function refreshInside(
  db: Database,
  { sessionId, presented, headers }: { sessionId: string; presented: string; headers: Headers },
  services: Services,
): Promise<Refreshed> {
  const hash = digest(presented);
  const readToken = async (wanted: string): Promise<TokenRow | undefined> =>
    (await db.select().from(refreshTokens).where(eq(refreshTokens.hash, wanted)))[0];
  // One lock per family: whatever tokens of it arrive together are judged one after the other.
  const family = await loadFamily(db, sessionId, "for update");
  const token = await readToken(hash);
  if (token === undefined || family === null || family.session.revokedAt !== null) return { kind: "dead" };
  const nowMs = services.clock.now();
  if (nowMs >= token.expiresAt.getTime() || nowMs >= family.session.expiresAt.getTime())
    return { kind: "dead" };
  try {
    requireLiveKey(family.key.row);
    requireSessionOrigin(requireAllowedOrigin(family.key.row, headers).text, family.session.origin);
  } catch (error) {
    return { kind: "refused", error };
  }
  if (token.successorSealed === null || token.successorHash === null) {
    return { kind: "pair", family, pair: await rotate(db, family, services, presented) };
  }
  const successor = await readToken(token.successorHash);
  if (successor === undefined || successor.usedAt !== null) {
    // Its successor is in use, so this token is a copy: nobody can tell which holder is the visitor (R19).
    await db
      .update(sessions)
      .set({ revokedAt: new Date(nowMs) })
      .where(eq(sessions.id, sessionId));
    return { kind: "dead" };
  }
  return { kind: "pair", family, pair: await repeatPair(token.successorSealed, presented, family, services) };
}

/** @throws HubError `origin_not_allowed` when a session is used from another origin than it was minted for (R21). */
export function requireSessionOrigin(origin: string, sessionOrigin: string): void {
  if (origin === sessionOrigin) return;
  throw new HubError("origin_not_allowed", {
    detail: `The origin ${origin} is not the one this session was minted for`,
    hint: "Start a new session on this origin",
  });
}

/** The family that a refresh token belongs to, whether it was used before or not. */
async function familyOf({ crowd, db }: Services, presented: string) {
  const hash = digest(presented);
  await crowd.settle(hash);
  const [found] = await db
    .select({ sessionId: sessions.id, keyId: sessions.keyId })
    .from(refreshTokens)
    .innerJoin(sessions, eq(sessions.id, refreshTokens.sessionId))
    .where(eq(refreshTokens.hash, hash));
  return found;
}

/**
 * Turns a refresh token into the next pair. The same token again answers the same successor while that is unused;
 * once the successor was used, the family is revoked.
 * @throws HubError `invalid_refresh_token`, `key_revoked`, `key_has_no_domains`, `origin_not_allowed`, `rate_limited`.
 */
export async function refreshFamily(
  services: Services,
  presented: string,
  request: Request,
): Promise<SessionAnswer> {
  const found = await familyOf(services, presented);
  if (found === undefined) throw new HubError("invalid_refresh_token");
  await countAddress(services.limits, request, found.keyId);
  await countKey(services.limits, found.keyId);
  const attempt = { sessionId: found.sessionId, presented, headers: request.headers };
  const result = await services.db.transaction((tx) => refreshInside(tx, attempt, services));
  switch (result.kind) {
    case "pair":
      return sessionAnswer(result.family, result.pair, services.clock.now());
    case "refused":
      throw result.error;
    case "dead":
      throw new HubError("invalid_refresh_token");
  }
}

/** Ends the family of a refresh token. An unknown token is already out: no error. */
export async function endFamily(services: Services, presented: string): Promise<void> {
  const found = await familyOf(services, presented);
  if (found === undefined) return;
  await services.db
    .update(sessions)
    .set({ revokedAt: new Date(services.clock.now()) })
    .where(eq(sessions.id, found.sessionId));
}
