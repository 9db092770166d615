// Owns the life of a session family: started by a handshake, ended by logout or reuse; refresh.ts prolongs it.
import { eq, inArray } from "drizzle-orm";
import type { SQL } from "drizzle-orm";
import type { SessionAnswer } from "../../protocol/session.ts";
import type { AgentRow } from "../agents/directory.ts";
import { HubError } from "../errors.ts";
import { uuidv7 } from "../ids.ts";
import type { ClientKey } from "../keys/client-keys.ts";
import type { Services } from "../services.ts";
import type { NewFamily } from "../store/crowd.ts";
import { refreshTokens, sessions } from "../store/schema.ts";
import { digest } from "../tokens/opaque.ts";
import { mintAccess, nextToken, pairOf, sessionAnswer } from "./grant.ts";
import type { Family } from "./grant.ts";

const DAY_MS = 86_400_000;
/** Absolute ends of a family (R20). */
const GUEST_LIMIT_MS = 90 * DAY_MS;
const USER_LIMIT_MS = 12 * 3_600_000;

/** Who starts a session. `subject` is `guest:<uuid>` or `user:<user_id>`. */
export interface VisitorIdentity {
  subject: string;
  name: string | null;
  email: string | null;
  claims: Record<string, unknown> | null;
}

/** Starts a family for an admitted visitor and answers its first pair. `save` keeps it. */
export async function startFamily(
  services: Services,
  save: (family: NewFamily) => Promise<void>,
  visitor: VisitorIdentity,
  place: { key: ClientKey; agent: AgentRow; origin: string; prompt: string | null; voice: string | null },
): Promise<SessionAnswer> {
  void services.sessionTidy.note();
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
  const next = nextToken(family, nowMs);
  const [access] = await Promise.all([mintAccess(family, services), save({ session, token: next.row })]);
  return sessionAnswer(family, pairOf(access, next), nowMs);
}

/** @throws HubError `origin_not_allowed` when a session is used from another origin than it was minted for (R21). */
export function requireSessionOrigin(origin: string, sessionOrigin: string): void {
  if (origin === sessionOrigin) return;
  throw new HubError("origin_not_allowed", {
    detail: `The origin ${origin} is not the one this session was minted for`,
    hint: "Start a new session on this origin",
  });
}

/** Ends the families that a condition names. */
export const revoke = ({ db, clock }: Services, which: SQL) =>
  db
    .update(sessions)
    .set({ revokedAt: new Date(clock.now()) })
    .where(which);

/** Ends the family of a refresh token. An unknown token is already out: no error. */
export async function endFamily(services: Services, presented: string): Promise<void> {
  const hash = digest(presented);
  await services.crowd.settle(hash);
  const { db } = services;
  const own = db
    .select({ id: refreshTokens.sessionId })
    .from(refreshTokens)
    .where(eq(refreshTokens.hash, hash));
  await revoke(services, inArray(sessions.id, own));
}
