// Owns turning a session token into a visitor the chat endpoints may trust.
import { HubError } from "../errors.ts";
import { bearerOf } from "../http/bearer.ts";
import { requireLiveKey } from "../keys/client-keys.ts";
import { readOrigin } from "../origins/origin.ts";
import type { AgentRow } from "../agents/directory.ts";
import type { Services } from "../services.ts";
import { requireSessionOrigin } from "./family.ts";
import { loadFamily } from "./grant.ts";

/** What a session token may be refused with. */
export const VISITOR_ERRORS = [
  "invalid_session",
  "session_revoked",
  "key_revoked",
  "origin_not_allowed",
] as const;

export interface Visitor {
  accountId: number;
  /** The public key of the page. */
  keyId: string;
  subject: string;
  name: string | null;
  agent: AgentRow;
  /** What the key's webhook asked of the agent for this visitor; null: nothing. */
  prompt: string | null;
  voice: string | null;
}

/**
 * The visitor of a request with `Authorization: Bearer <session JWT>`.
 * @throws HubError `invalid_session`, `session_revoked`, `key_revoked`, `origin_not_allowed` (R21) or `rate_limited`.
 */
export async function requireVisitor(services: Services, request: Request): Promise<Visitor> {
  const token = bearerOf(request);
  const claims = token === null ? null : await services.tokens.verifySession(token);
  if (claims === null) throw new HubError("invalid_session");
  await services.crowd.settle(claims.sid);
  const family = await loadFamily(services.db, claims.sid);
  if (family === null || family.session.revokedAt !== null) throw new HubError("session_revoked");
  requireLiveKey(family.key.row);
  const origin = readOrigin(request.headers, family.key.row.dialect);
  requireSessionOrigin(origin?.text ?? "(none)", claims.origin);
  await services.limits.take("visitor", `${family.key.account.id}/${claims.sub}`);
  return {
    accountId: family.key.account.id,
    keyId: family.key.row.id,
    subject: claims.sub,
    name: family.session.name,
    agent: family.agent,
    prompt: family.session.prompt,
    voice: family.session.voice,
  };
}
