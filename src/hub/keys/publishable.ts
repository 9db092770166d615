// Owns stored publishable keys: finding one of an account, adding one, and how the wire shows it. Knows no request.
import { and, eq } from "drizzle-orm";
import { KEY_RANDOM_LENGTH } from "../../protocol/keys.ts";
import type { PublishableKey } from "../../protocol/publishable-keys.ts";
import { HubError } from "../errors.ts";
import { isSerial, randomText, uuidv7 } from "../ids.ts";
import type { Database } from "../store/database.ts";
import { agents, clientKeys } from "../store/schema.ts";
import { digest } from "../tokens/opaque.ts";
import type { Account } from "./secret-keys.ts";

/** A key with the number of the agent it is bound to. */
export interface PublishableRow {
  row: typeof clientKeys.$inferSelect;
  agentNumber: number | null;
}

const PREFIX_LENGTH = 12;

/** @throws TypeError for a row of the other dialect, which keeps no full key. */
export function toPublishableKey({ row, agentNumber }: PublishableRow): PublishableKey {
  if (row.publicKey === null) throw new TypeError("a publishable key is stored in full");
  return {
    id: row.number,
    name: row.name,
    key: row.publicKey,
    key_prefix: row.publicKey.slice(0, PREFIX_LENGTH),
    allowed_domains: row.allowlist.map((entry) => entry.text),
    is_active: row.isActive,
    is_enabled: row.isEnabled,
    mode: row.mode,
    agent_id: agentNumber,
    webhook_url: row.webhookUrl,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}

/** The condition for one publishable key of an account; what is no id of ours is not found. */
function keyWithId(account: Account, id: string) {
  if (!isSerial(id)) throw new HubError("not_found");
  return and(
    eq(clientKeys.number, Number(id)),
    eq(clientKeys.accountId, account.id),
    eq(clientKeys.dialect, "publishable-key"),
  );
}

/** @throws HubError `not_found`, also for another account's key. */
export async function findPublishableKey(
  db: Database,
  account: Account,
  id: string,
): Promise<PublishableRow> {
  const [found] = await db
    .select({ row: clientKeys, agentNumber: agents.number })
    .from(clientKeys)
    .leftJoin(agents, eq(agents.id, clientKeys.agentId))
    .where(keyWithId(account, id));
  if (found === undefined) throw new HubError("not_found");
  return found;
}

/** The same inside a transaction that is going to change the key: others wait. */
export async function lockPublishableKey(
  tx: Database,
  account: Account,
  id: string,
): Promise<PublishableRow> {
  await tx.select({ id: clientKeys.id }).from(clientKeys).where(keyWithId(account, id)).for("update");
  return findPublishableKey(tx, account, id);
}

export type NewPublishableKey = Pick<
  PublishableRow["row"],
  "name" | "allowlist" | "isEnabled" | "mode" | "agentId" | "webhookUrl"
>;

/** Stores a key under a new value. */
export async function addPublishableKey(
  db: Database,
  account: Account,
  key: NewPublishableKey,
  now: Date,
): Promise<PublishableKey> {
  const publicKey = `pk_live_${account.slug}_${randomText(KEY_RANDOM_LENGTH)}`;
  const [row] = await db
    .insert(clientKeys)
    .values({
      ...key,
      id: uuidv7(now.getTime()),
      accountId: account.id,
      dialect: "publishable-key",
      hash: digest(publicKey),
      last8: publicKey.slice(-8),
      publicKey,
      createdAt: now,
      updatedAt: now,
    })
    .returning();
  if (row === undefined) throw new TypeError("the key was not stored");
  return toPublishableKey(await findPublishableKey(db, account, String(row.number)));
}
