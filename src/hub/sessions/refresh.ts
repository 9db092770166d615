// Owns prolonging a session by rotation (R18-R21): a refresh token becomes the next pair, the same token the same pair,
// and a copied token ends the family.
import { and, eq, exists, isNull, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { SessionAnswer } from "../../protocol/session.ts";
import { HubError } from "../errors.ts";
import { countAddress, countKey, requireAllowedOrigin, requireLiveKey } from "../keys/client-keys.ts";
import type { Services } from "../services.ts";
import { accounts, agents, clientKeys, refreshTokens, sessions } from "../store/schema.ts";
import { digest, seal, unseal } from "../tokens/opaque.ts";
import { requireSessionOrigin, revoke } from "./family.ts";
import { mintAccess, nextToken, pairOf, sessionAnswer } from "./grant.ts";
import type { Family, TokenPair } from "./grant.ts";

/**
 * First use of a token: its successor is minted, and sealed so that only this very token can fetch it again. One
 * statement, so that of two uses at the same time one is the first, in whichever hub; null for the other one, and for a
 * session that ended meanwhile.
 */
async function rotate(services: Services, presented: string, family: Family): Promise<TokenPair | null> {
  const { db, clock } = services;
  const next = nextToken(family, clock.now());
  const pair = pairOf(await mintAccess(family, services), next);
  const going = db.$with("going").as(
    db
      .select({ id: sessions.id })
      .from(sessions)
      .where(and(eq(sessions.id, family.session.id), isNull(sessions.revokedAt)))
      .for("key share"),
  );
  const used = db.$with("used").as(
    db
      .update(refreshTokens)
      .set({
        usedAt: new Date(clock.now()),
        successorHash: next.row.hash,
        successorSealed: seal(JSON.stringify(pair), presented),
      })
      .from(going)
      .where(
        and(
          eq(refreshTokens.hash, digest(presented)),
          eq(refreshTokens.sessionId, going.id),
          isNull(refreshTokens.successorHash),
        ),
      )
      .returning({ sessionId: refreshTokens.sessionId }),
  );
  const kept = await db
    .with(going, used)
    .insert(refreshTokens)
    .select((query) =>
      query
        .select({
          hash: sql`${next.row.hash}`.as("hash"),
          sessionId: used.sessionId,
          expiresAt: sql`${next.row.expiresAt.toISOString()}::timestamptz`.as("expires_at"),
          usedAt: sql`null::timestamptz`.as("used_at"),
          successorHash: sql`null`.as("successor_hash"),
          successorSealed: sql`null`.as("successor_sealed"),
        })
        .from(used),
    )
    .returning({ hash: refreshTokens.hash });
  return kept.length === 0 ? null : pair;
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

/** A refresh token of a family, and what became of its successor. */
interface Presented {
  token: typeof refreshTokens.$inferSelect;
  family: Family;
  isSuccessorUnused: boolean;
}

/** What is known of a refresh token, whether it was used before or not. */
async function findPresented({ crowd, db }: Services, hash: string): Promise<Presented | null> {
  await crowd.settle(hash);
  const successor = alias(refreshTokens, "successor");
  const unused = db
    .select({ hash: successor.hash })
    .from(successor)
    .where(and(eq(successor.hash, refreshTokens.successorHash), isNull(successor.usedAt)));
  const isSuccessorUnused = sql<boolean>`${exists(unused)}`;
  const [found] = await db
    .select({
      token: refreshTokens,
      session: sessions,
      row: clientKeys,
      account: accounts,
      agent: agents,
      isSuccessorUnused,
    })
    .from(refreshTokens)
    .innerJoin(sessions, eq(sessions.id, refreshTokens.sessionId))
    .innerJoin(clientKeys, eq(clientKeys.id, sessions.keyId))
    .innerJoin(accounts, eq(accounts.id, clientKeys.accountId))
    .innerJoin(agents, eq(agents.id, sessions.agentId))
    .where(eq(refreshTokens.hash, hash));
  if (found === undefined) return null;
  const { token, session, row, account, agent } = found;
  return {
    token,
    family: { session, key: { row, account }, agent },
    isSuccessorUnused: found.isSuccessorUnused,
  };
}

/** The pair that follows a token; null when somebody else used it first since it was looked up. */
async function nextPair(
  services: Services,
  presented: string,
  { token, family, isSuccessorUnused }: Presented,
): Promise<TokenPair | null> {
  if (token.successorSealed === null) return rotate(services, presented, family);
  if (isSuccessorUnused) return repeatPair(token.successorSealed, presented, family, services);
  // Its successor is in use, so this token is a copy: nobody can tell which holder is the visitor (R19).
  await revoke(services, eq(sessions.id, family.session.id));
  throw new HubError("invalid_refresh_token");
}

function requireGoing({ token, family }: Presented, headers: Headers, nowMs: number): void {
  const { session, key } = family;
  const endMs = Math.min(token.expiresAt.getTime(), session.expiresAt.getTime());
  if (session.revokedAt !== null || nowMs >= endMs) throw new HubError("invalid_refresh_token");
  requireLiveKey(key.row);
  requireSessionOrigin(requireAllowedOrigin(key.row, headers).text, session.origin);
}

/** A token that was found used is not unused again: the second look decides. */
const LOOKS = 2;

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
  for (let look = 1; look <= LOOKS; look += 1) {
    const found = await findPresented(services, digest(presented));
    if (found === null) break;
    if (look === 1) await countRefresh(services, request, found.family.key.row);
    requireGoing(found, request.headers, services.clock.now());
    const pair = await nextPair(services, presented, found);
    if (pair !== null) return sessionAnswer(found.family, pair, services.clock.now());
  }
  throw new HubError("invalid_refresh_token");
}

async function countRefresh(
  { limits }: Services,
  request: Request,
  key: { id: string; hash: string },
): Promise<void> {
  await countAddress(limits, request, key);
  await countKey(limits, key.id);
}
