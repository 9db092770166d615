// Owns the management of publishable keys: list, create, read, change, deactivate. Their wire shapes are in
// protocol/publishable-keys.ts; moving one to another org is in publishable-keys-transfer.ts.
import { and, desc, eq } from "drizzle-orm";
import * as v from "valibot";
import { PUBLISHABLE_KEYS_PATH } from "../protocol/paths.ts";
import {
  createPublishableKeyRequest,
  publishableKey,
  transferRequest,
  updatePublishableKeyRequest,
} from "../protocol/publishable-keys.ts";
import type { PublishableKey, UpdatePublishableKey } from "../protocol/publishable-keys.ts";
import { readJson } from "./http/body.ts";
import { readMembers, wrongMembers } from "./http/members.ts";
import { json, noContent } from "./http/router.ts";
import type { Call, Endpoint, Routes } from "./http/router.ts";
import {
  addPublishableKey,
  findPublishableKey,
  lockPublishableKey,
  toPublishableKey,
} from "./keys/publishable.ts";
import type { PublishableRow } from "./keys/publishable.ts";
import { requireAccount } from "./keys/secret-keys.ts";
import type { Account } from "./keys/secret-keys.ts";
import { parseAllowlist } from "./origins/entry.ts";
import type { AllowEntry } from "./origins/entry.ts";
import { transfer } from "./publishable-keys-transfer.ts";
import type { Services } from "./services.ts";
import { agents, clientKeys } from "./store/schema.ts";
import { checkWebhookUrl } from "./webhook/url.ts";

function toEntries(list: readonly string[]): AllowEntry[] {
  const parsed = parseAllowlist(list, "publishable-key");
  if (parsed.kind === "bad") throw wrongMembers({ allowed_domains: parsed.reason });
  return parsed.entries;
}

/** What decides who answers: the members of a request, or the row before it. */
type Binding = Pick<PublishableRow["row"], "mode" | "agentId" | "webhookUrl">;

/** The one binding that a mode leaves; the member of the other mode is dropped. */
async function toBinding(
  { db, webhooks }: Pick<Services, "db" | "webhooks">,
  account: Account,
  wanted: Pick<UpdatePublishableKey, "mode" | "agent_id" | "webhook_url">,
  before: Binding | null,
): Promise<Binding> {
  const mode = wanted.mode ?? before?.mode ?? "agent";
  const kept = before?.mode === mode ? before : null;
  if (mode === "webhook") {
    const webhookUrl = wanted.webhook_url === undefined ? (kept?.webhookUrl ?? null) : wanted.webhook_url;
    if (webhookUrl === null) throw wrongMembers({ webhook_url: "This field is required with mode webhook." });
    if (checkWebhookUrl(webhookUrl, webhooks.allowPrivate).kind === "bad")
      throw wrongMembers({ webhook_url: "Enter an https URL of a public host." });
    return { mode, agentId: null, webhookUrl };
  }
  if (wanted.agent_id === undefined && kept !== null)
    return { mode, agentId: kept.agentId, webhookUrl: null };
  if (wanted.agent_id === undefined || wanted.agent_id === null)
    throw wrongMembers({ agent_id: "This field is required with mode agent." });
  const [agent] = await db
    .select({ id: agents.id })
    .from(agents)
    .where(and(eq(agents.accountId, account.id), eq(agents.number, wanted.agent_id)));
  if (agent === undefined) throw wrongMembers({ agent_id: "No such agent in this org." });
  return { mode, agentId: agent.id, webhookUrl: null };
}

async function list(services: Services, account: Account): Promise<PublishableKey[]> {
  const rows = await services.db
    .select({ row: clientKeys, agentNumber: agents.number })
    .from(clientKeys)
    .leftJoin(agents, eq(agents.id, clientKeys.agentId))
    .where(and(eq(clientKeys.accountId, account.id), eq(clientKeys.dialect, "publishable-key")))
    .orderBy(desc(clientKeys.number));
  return rows.map(toPublishableKey);
}

async function create(services: Services, account: Account, call: Call): Promise<PublishableKey> {
  const body = await readJson(call.request);
  const isObject = typeof body === "object" && body !== null && !Array.isArray(body);
  // A missing list is an empty list: both are told with the documented sentence.
  const wanted = readMembers(createPublishableKeyRequest, isObject ? { allowed_domains: [], ...body } : body);
  const key = {
    name: wanted.name,
    isEnabled: wanted.is_enabled,
    allowlist: toEntries(wanted.allowed_domains),
    ...(await toBinding(services, account, wanted, null)),
  };
  return addPublishableKey(services.db, account, key, new Date(services.clock.now()));
}

async function update(services: Services, account: Account, call: Call): Promise<PublishableKey> {
  const wanted = readMembers(updatePublishableKeyRequest, await readJson(call.request));
  const allowlist = wanted.allowed_domains === undefined ? undefined : toEntries(wanted.allowed_domains);
  return services.db.transaction(async (tx) => {
    const found = await lockPublishableKey(tx, account, call.param("id"));
    const binding = await toBinding({ ...services, db: tx }, account, wanted, found.row);
    await tx
      .update(clientKeys)
      .set({
        ...binding,
        updatedAt: new Date(services.clock.now()),
        ...(wanted.name === undefined ? {} : { name: wanted.name }),
        ...(allowlist === undefined ? {} : { allowlist }),
        ...(wanted.is_enabled === undefined ? {} : { isEnabled: wanted.is_enabled }),
      })
      .where(eq(clientKeys.id, found.row.id));
    return toPublishableKey(await findPublishableKey(tx, account, call.param("id")));
  });
}

/** Deactivates for good; again, it changes nothing. */
async function deactivate(services: Services, account: Account, call: Call): Promise<void> {
  const { row } = await findPublishableKey(services.db, account, call.param("id"));
  await services.db
    .update(clientKeys)
    .set({ isActive: false, updatedAt: new Date(services.clock.now()) })
    .where(and(eq(clientKeys.id, row.id), eq(clientKeys.isActive, true)));
}

const tag = "Publishable keys";
const auth = "secret-key";
const one = { description: "The key", schema: publishableKey };

type Work = (account: Account, call: Call) => Promise<Response>;

function collection(services: Services, signed: (work: Work) => Endpoint["handle"]): Routes[string] {
  return {
    GET: {
      tag,
      summary: "List publishable keys",
      auth,
      answers: {
        200: { description: "Newest first, deactivated ones too", schema: v.array(publishableKey) },
      },
      handle: signed(async (account) => json(await list(services, account))),
    },
    POST: {
      tag,
      summary: "Create a publishable key",
      auth,
      body: createPublishableKeyRequest,
      answers: { 201: one },
      errors: ["invalid_request"],
      handle: signed(async (account, call) => json(await create(services, account, call), 201)),
    },
  };
}

function item(services: Services, signed: (work: Work) => Endpoint["handle"]): Routes[string] {
  return {
    GET: {
      tag,
      summary: "Read a publishable key",
      auth,
      answers: { 200: one },
      errors: ["not_found"],
      handle: signed(async (account, call) =>
        json(toPublishableKey(await findPublishableKey(services.db, account, call.param("id")))),
      ),
    },
    PATCH: {
      tag,
      summary: "Change a publishable key",
      auth,
      body: updatePublishableKeyRequest,
      answers: { 200: one },
      errors: ["invalid_request", "not_found"],
      handle: signed(async (account, call) => json(await update(services, account, call))),
    },
    DELETE: {
      tag,
      summary: "Deactivate a publishable key for good",
      auth,
      answers: { 204: { description: "It works no more, and stays in the list" } },
      errors: ["not_found"],
      handle: signed(async (account, call) => {
        await deactivate(services, account, call);
        return noContent();
      }),
    },
  };
}

/** `/v1/publishable-key`, for the holder of a secret key. */
export function publishableKeyRoutes(services: Services): Routes {
  const signed =
    (work: Work): Endpoint["handle"] =>
    async (call) =>
      work(await requireAccount(services, call.request, "missing_bearer"), call);
  return {
    [PUBLISHABLE_KEYS_PATH]: collection(services, signed),
    [`${PUBLISHABLE_KEYS_PATH}/:id`]: item(services, signed),
    [`${PUBLISHABLE_KEYS_PATH}/:id/transfer`]: {
      POST: {
        tag,
        summary: "Copy or move a publishable key to another org",
        auth,
        body: transferRequest,
        answers: {
          200: { ...one, description: "The key, moved" },
          201: { ...one, description: "Its copy, with a new value" },
        },
        errors: ["invalid_request", "not_found"],
        handle: signed(async (account, call) => {
          const { status, key } = await transfer(services, account, call);
          return json(key, status);
        }),
      },
    },
  };
}
