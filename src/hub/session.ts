// Owns the auth endpoints: guest, user-token, exchange, refresh, logout. Their wire shapes are in protocol/session.ts.
import { randomUUID } from "node:crypto";
import * as v from "valibot";
import type { AuthMode } from "../protocol/config.ts";
import { WIDGET_PATHS } from "../protocol/paths.ts";
import { membersOf } from "../protocol/read.ts";
import { exchangeRequest, guestRequest, refreshRequest, userTokenRequest } from "../protocol/session.ts";
import type { SessionAnswer, UserTokenAnswer } from "../protocol/session.ts";
import { sessionAnswer, userTokenAnswer } from "../protocol/openapi-answers.ts";
import { AGENT_ERRORS, authModesOf, pinNotice, requireAgent } from "./agents/directory.ts";
import type { AgentRow } from "./agents/directory.ts";
import { HubError } from "./errors.ts";
import { readJson, withAliases } from "./http/body.ts";
import { json, noContent } from "./http/router.ts";
import type { Call, Routes } from "./http/router.ts";
import {
  KEY_ERRORS,
  PAGE_KEY_ERRORS,
  admitPage,
  countKey,
  findClientKey,
  requireNoSecret,
  requireLiveKey,
} from "./keys/client-keys.ts";
import { requireAccount } from "./keys/secret-keys.ts";
import { endFamily, startFamily } from "./sessions/family.ts";
import { takeOverGuest } from "./sessions/guest.ts";
import { requireUnspent, spend } from "./sessions/spent.ts";
import { refreshFamily } from "./sessions/refresh.ts";
import type { Services } from "./services.ts";
import { insertFamilies } from "./store/crowd.ts";
import type { PageKey } from "./store/crowd.ts";
import { digest } from "./tokens/opaque.ts";
import { VISITOR_TOKEN_TTL_S } from "./tokens/tokens.ts";
import { chooseByWebhook } from "./webhook/choose.ts";
import type { Choice, Visit } from "./webhook/choose.ts";

/** Custom claims travel in every token of the visitor; larger ones do not fit into a header. */
const MAX_CLAIMS_BYTES = 2048;

function requireMode(agent: AgentRow, mode: AuthMode): void {
  if (!authModesOf(agent).includes(mode))
    throw new HubError(mode === "guest" ? "guest_not_allowed" : "user_not_allowed");
}

/**
 * Who answers a visitor: fixed by key and page, or chosen by the key's webhook, which is asked only within the key's
 * limit and so after everything else.
 */
async function chooseAgent(
  services: Services,
  mode: AuthMode,
  visit: Visit & { key: PageKey },
): Promise<Choice> {
  const { row } = visit.key;
  if (row.mode === "webhook") {
    await countKey(services.limits, row.id);
    const choice = await chooseByWebhook(services, visit);
    requireMode(choice.agent, mode);
    return choice;
  }
  const agent = requireAgent(visit.key, visit.wanted);
  requireMode(agent, mode);
  await countKey(services.limits, row.id);
  return { agent, prompt: null, voice: null };
}

async function guest(services: Services, call: Call): Promise<SessionAnswer> {
  const body = await readJson(call.request);
  const parsed = v.safeParse(guestRequest, body);
  if (!parsed.success) {
    await findClientKey(services.crowd, membersOf(body)["client_key"]);
    throw new HubError("invalid_request", { detail: "agent_id must be a text" });
  }
  const place = await admitPage(services, call.request, parsed.output.client_key);
  const visitor = { subject: `guest:${randomUUID()}`, name: null, email: null, claims: null };
  const visit = { ...place, visitor, wanted: parsed.output.agent_id ?? null };
  const choice = await chooseAgent(services, "guest", visit);
  const answer = await startFamily(services, services.crowd.saveFamily, visitor, { ...place, ...choice });
  await services.crowd.touchKey(place.key.row.id);
  return { ...answer, ...pinNotice(visit) };
}

function parseUserToken(body: unknown): v.InferOutput<typeof userTokenRequest> {
  const parsed = v.safeParse(
    userTokenRequest,
    withAliases(body, { external_user_id: "user_id", display_name: "name" }),
  );
  if (!parsed.success) {
    const wrong = new Set(parsed.issues.map((issue) => String(issue.path?.[0]?.key ?? "")));
    if (wrong.size === 0 || wrong.has("client_key") || wrong.has("user_id"))
      throw new HubError("missing_user_id");
    throw new HubError("invalid_request", { detail: `${[...wrong].join(", ")} cannot be used` });
  }
  const claims = parsed.output.claims;
  if (Array.isArray(membersOf(body)["claims"]))
    throw new HubError("invalid_request", { detail: "claims must be an object" });
  if (claims && Buffer.byteLength(JSON.stringify(claims)) > MAX_CLAIMS_BYTES) {
    throw new HubError("invalid_request", { detail: `claims are larger than ${MAX_CLAIMS_BYTES} bytes` });
  }
  return parsed.output;
}

async function userToken(services: Services, call: Call): Promise<UserTokenAnswer> {
  const account = await requireAccount(services, call.request, "invalid_api_key");
  const body = parseUserToken(await readJson(call.request));
  const key = await findClientKey(services.crowd, body.client_key);
  if (key.account.id !== account.id) throw new HubError("unknown_client_key");
  requireLiveKey(key.row);
  const token = await services.tokens.mintVisitor({
    sub: `user:${body.user_id}`,
    account: account.slug,
    key_id: key.row.id,
    ...(body.name ? { name: body.name } : {}),
    ...(body.email ? { email: body.email } : {}),
    ...(body.claims ? { claims: body.claims } : {}),
  });
  return { user_token: token, expires_in: VISITOR_TOKEN_TTL_S };
}

/** Exchanges a visitor token exactly once: the jti is spent in the transaction that starts the session. */
async function exchange(services: Services, call: Call): Promise<SessionAnswer> {
  const body = withAliases(await readJson(call.request), { user_token: "token" });
  const parsed = v.safeParse(exchangeRequest, body);
  if (!parsed.success) {
    await findClientKey(services.crowd, membersOf(body)["client_key"]);
    throw new HubError("invalid_user_token");
  }
  const place = await admitPage(services, call.request, parsed.output.client_key);
  requireNoSecret(parsed.output.token);
  const claims = await services.tokens.verifyVisitor(parsed.output.token);
  if (claims === null) throw new HubError("invalid_user_token");
  if (claims.key_id !== place.key.row.id) throw new HubError("user_token_wrong_key");
  const visitor = {
    subject: claims.sub,
    name: claims.name ?? null,
    email: claims.email ?? null,
    claims: claims.claims ?? null,
  };
  // A webhook hears of new sessions only, so what cannot become one ends before it is asked.
  if (place.key.row.mode === "webhook") await requireUnspent(services.db, claims.jti);
  const visit = { ...place, visitor, wanted: parsed.output.agent_id ?? null };
  const choice = await chooseAgent(services, "user", visit);
  const presented = parsed.output.guest_refresh_token ?? null;
  if (presented !== null) await services.crowd.settle(digest(presented));
  const answer = await services.db.transaction(async (tx) => {
    const nowMs = services.clock.now();
    if (!(await spend(tx, claims.jti, nowMs))) return null;
    const now = new Date(nowMs);
    if (presented !== null) await takeOverGuest(tx, { ...place, presented, subject: claims.sub, now });
    return startFamily(services, (family) => insertFamilies(tx, [family]), visitor, { ...place, ...choice });
  });
  if (answer === null) throw new HubError("token_replayed");
  await services.crowd.touchKey(place.key.row.id);
  return { ...answer, ...pinNotice(visit) };
}

async function refreshTokenOf(call: Call): Promise<string> {
  const parsed = v.safeParse(refreshRequest, await readJson(call.request));
  if (!parsed.success) throw new HubError("invalid_refresh_token");
  return parsed.output.refresh_token;
}

const tag = "Visitor";
const session = { 200: { description: "A session", schema: sessionAnswer } };

function handshakeRoutes(services: Services): Routes {
  return {
    [WIDGET_PATHS.guest]: {
      POST: {
        tag,
        summary: "Start a session for a guest",
        auth: "none",
        body: guestRequest,
        answers: session,
        errors: [...PAGE_KEY_ERRORS, ...AGENT_ERRORS, "guest_not_allowed", "invalid_request"],
        handle: async (call) => json(await guest(services, call)),
      },
    },
    [WIDGET_PATHS.userToken]: {
      POST: {
        tag,
        summary: "Mint a visitor token for a person who is logged in on your site",
        auth: "secret-key",
        body: userTokenRequest,
        answers: { 200: { description: "A visitor token", schema: userTokenAnswer } },
        errors: [...KEY_ERRORS, "invalid_api_key", "missing_user_id", "invalid_request"],
        handle: async (call) => json(await userToken(services, call)),
      },
    },
    [WIDGET_PATHS.exchange]: {
      POST: {
        tag,
        summary: "Start a session with a visitor token",
        auth: "none",
        body: exchangeRequest,
        answers: session,
        errors: [
          ...PAGE_KEY_ERRORS,
          ...AGENT_ERRORS,
          "user_not_allowed",
          "invalid_user_token",
          "user_token_wrong_key",
          "token_replayed",
        ],
        handle: async (call) => json(await exchange(services, call)),
      },
    },
  };
}

function upkeepRoutes(services: Services): Routes {
  return {
    [WIDGET_PATHS.refresh]: {
      POST: {
        tag,
        summary: "Prolong a session",
        auth: "none",
        body: refreshRequest,
        answers: session,
        errors: ["invalid_refresh_token", "key_revoked", "key_has_no_domains", "origin_not_allowed"],
        handle: async (call) => json(await refreshFamily(services, await refreshTokenOf(call), call.request)),
      },
    },
    [WIDGET_PATHS.logout]: {
      POST: {
        tag,
        summary: "End a session",
        auth: "none",
        body: refreshRequest,
        answers: { 204: { description: "The session is over, or never was" } },
        errors: ["invalid_refresh_token"],
        handle: async (call) => {
          await endFamily(services, await refreshTokenOf(call));
          return noContent();
        },
      },
    },
  };
}

/** The auth endpoints. Every answer is `no-store`. */
export function sessionRoutes(services: Services): Routes {
  return { ...handshakeRoutes(services), ...upkeepRoutes(services) };
}
