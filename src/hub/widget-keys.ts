// Owns the management of widget keys: list, create, change, delete. Their wire shapes are in protocol/widget-keys.ts.
import { and, desc, eq, isNull } from "drizzle-orm";
import * as v from "valibot";
import { KEY_RANDOM_LENGTH } from "../protocol/keys.ts";
import { WIDGET_KEYS_PATH } from "../protocol/paths.ts";
import {
  createWidgetKeyRequest,
  createdWidgetKey,
  updateWidgetKeyRequest,
  widgetKey,
} from "../protocol/widget-keys.ts";
import type { CreatedWidgetKey, WidgetKey } from "../protocol/widget-keys.ts";
import { findAgent } from "./agents/directory.ts";
import { HubError } from "./errors.ts";
import { readJson } from "./http/body.ts";
import { json, noContent } from "./http/router.ts";
import type { Call, Routes } from "./http/router.ts";
import { isUuid, randomText, uuidv7 } from "./ids.ts";
import { requireAccount } from "./keys/secret-keys.ts";
import type { Account } from "./keys/secret-keys.ts";
import { parseAllowlist } from "./origins/entry.ts";
import type { AllowEntry } from "./origins/entry.ts";
import type { Services } from "./services.ts";
import { clientKeys } from "./store/schema.ts";
import { digest } from "./tokens/opaque.ts";

type KeyRow = typeof clientKeys.$inferSelect;

const isoOrNull = (date: Date | null): string | null => date?.toISOString() ?? null;

const toWidgetKey = (row: KeyRow): WidgetKey => ({
  id: row.id,
  name: row.name,
  key_last8: row.last8,
  domain_allowlist: row.allowlist.map((entry) => entry.text),
  agent_id: row.agentId,
  disabled_at: isoOrNull(row.disabledAt),
  last_used_at: isoOrNull(row.lastUsedAt),
  created_at: row.createdAt.toISOString(),
  updated_at: row.updatedAt.toISOString(),
});

/** Reads a body; a fault of the list is told apart from a fault of any other member. */
async function readBody<Schema extends v.GenericSchema>(
  call: Call,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  const body = await readJson(call.request);
  if (typeof body === "object" && body !== null && "domain_allowlist" in body)
    toEntries(body.domain_allowlist);
  const parsed = v.safeParse(schema, body);
  if (!parsed.success || Array.isArray(body)) throw new HubError("invalid_widget_key_body");
  return parsed.output;
}

function toEntries(list: unknown): AllowEntry[] {
  const parsed = parseAllowlist(list, "widget-key");
  if (parsed.kind === "bad")
    throw new HubError("invalid_allowlist", { detail: `domain_allowlist: ${parsed.reason}` });
  return parsed.entries;
}

/** A pin must be an agent of the account; stored by id however it was named. */
async function toPin(services: Services, account: Account, reference: string | null): Promise<string | null> {
  if (reference === null) return null;
  const agent = await findAgent(services.db, account.id, reference);
  if (agent === null)
    throw new HubError("invalid_request", { detail: "agent_id names no agent of this account" });
  return agent.id;
}

async function list(services: Services, account: Account): Promise<WidgetKey[]> {
  const rows = await services.db
    .select()
    .from(clientKeys)
    .where(and(eq(clientKeys.accountId, account.id), eq(clientKeys.dialect, "widget-key")))
    .orderBy(desc(clientKeys.createdAt), desc(clientKeys.number));
  return rows.map(toWidgetKey);
}

async function create(services: Services, account: Account, call: Call): Promise<CreatedWidgetKey> {
  const body = await readBody(call, createWidgetKeyRequest);
  const now = new Date(services.clock.now());
  const publicKey = `pk_live_${account.slug}_${randomText(KEY_RANDOM_LENGTH)}`;
  const [row] = await services.db
    .insert(clientKeys)
    .values({
      id: uuidv7(now.getTime()),
      accountId: account.id,
      dialect: "widget-key",
      hash: digest(publicKey),
      last8: publicKey.slice(-8),
      name: body.name,
      allowlist: toEntries(body.domain_allowlist),
      agentId: await toPin(services, account, body.agent_id ?? null),
      createdAt: now,
      updatedAt: now,
    })
    .returning();
  if (row === undefined) throw new TypeError("the key was not stored");
  return { ...toWidgetKey(row), public_key: publicKey, client_key: publicKey };
}

/** The condition for one widget key of the account; what is no id of ours is not found. */
function keyWithId(account: Account, id: string) {
  if (!isUuid(id)) throw new HubError("not_found");
  return and(
    eq(clientKeys.id, id),
    eq(clientKeys.accountId, account.id),
    eq(clientKeys.dialect, "widget-key"),
  );
}

async function update(services: Services, account: Account, call: Call): Promise<void> {
  const where = keyWithId(account, call.param("id"));
  const body = await readBody(call, updateWidgetKeyRequest);
  const pin = body.agent_id === undefined ? undefined : await toPin(services, account, body.agent_id);
  const now = new Date(services.clock.now());
  await services.db.transaction(async (tx) => {
    const [row] = await tx.select().from(clientKeys).where(where).for("update");
    if (row === undefined) throw new HubError("not_found");
    await tx
      .update(clientKeys)
      .set({
        updatedAt: now,
        ...(body.name === undefined ? {} : { name: body.name }),
        ...(body.domain_allowlist === undefined ? {} : { allowlist: toEntries(body.domain_allowlist) }),
        ...(pin === undefined ? {} : { agentId: pin }),
        ...(body.disabled === undefined
          ? {}
          : { disabledAt: body.disabled ? (row.disabledAt ?? now) : null }),
      })
      .where(where);
  });
}

/** A key that was never used goes for good; a used one is disabled, so that its trail stays. */
async function remove(services: Services, account: Account, call: Call): Promise<void> {
  const where = keyWithId(account, call.param("id"));
  const now = new Date(services.clock.now());
  await services.db.transaction(async (tx) => {
    const [row] = await tx.select().from(clientKeys).where(where).for("update");
    if (row === undefined) throw new HubError("not_found");
    if (row.lastUsedAt === null) await tx.delete(clientKeys).where(where);
    else
      await tx
        .update(clientKeys)
        .set({ disabledAt: now, updatedAt: now })
        .where(and(where, isNull(clientKeys.disabledAt)));
  });
}

const tag = "Widget keys";
const auth = "secret-key";
const BODY_ERRORS = ["invalid_widget_key_body", "invalid_allowlist", "invalid_request"] as const;

/** `/api/v1/widget-keys`, for the holder of a secret key. */
export function widgetKeyRoutes(services: Services): Routes {
  const account = (call: Call) => requireAccount(services, call.request, "missing_bearer");
  return {
    [WIDGET_KEYS_PATH]: {
      GET: {
        tag,
        summary: "List widget keys",
        auth,
        answers: {
          200: { description: "Newest first; never the keys themselves", schema: v.array(widgetKey) },
        },
        handle: async (call) => json(await list(services, await account(call))),
      },
      POST: {
        tag,
        summary: "Create a widget key",
        auth,
        body: createWidgetKeyRequest,
        answers: { 201: { description: "The key, shown this once", schema: createdWidgetKey } },
        errors: BODY_ERRORS,
        handle: async (call) => json(await create(services, await account(call), call), 201),
      },
    },
    [`${WIDGET_KEYS_PATH}/:id`]: {
      PATCH: {
        tag,
        summary: "Rename, repin, revoke or change the sites of a widget key",
        auth,
        body: updateWidgetKeyRequest,
        answers: { 204: { description: "Stored" } },
        errors: [...BODY_ERRORS, "not_found"],
        handle: async (call) => {
          await update(services, await account(call), call);
          return noContent();
        },
      },
      DELETE: {
        tag,
        summary: "Delete a widget key that was never used, revoke any other",
        auth,
        answers: { 204: { description: "The key no longer works" } },
        errors: ["not_found"],
        handle: async (call) => {
          await remove(services, await account(call), call);
          return noContent();
        },
      },
    },
  };
}
