// Owns an account's webhook settings: the secrets that sign, and the agent who answers when a webhook names none.
import { eq, sql } from "drizzle-orm";
import type { PgUpdateSetSource } from "drizzle-orm/pg-core";
import type { HubClock } from "../clock.ts";
import type { Database } from "../store/database.ts";
import { webhookSettings } from "../store/schema.ts";
import { newWebhookSecret } from "./signature.ts";

export type WebhookSettings = typeof webhookSettings.$inferSelect;

/** After a change both secrets sign for this long, so that receivers can follow without losing a delivery. */
const OVERLAP_MS = 24 * 3_600_000;

/** The settings of an account, made at the first need. */
export async function loadWebhookSettings(
  db: Database,
  accountId: number,
  clock: HubClock,
): Promise<WebhookSettings> {
  const read = async () =>
    (await db.select().from(webhookSettings).where(eq(webhookSettings.accountId, accountId)))[0];
  const known = await read();
  if (known !== undefined) return known;
  const now = new Date(clock.now());
  await db
    .insert(webhookSettings)
    .values({ accountId, secret: newWebhookSecret(), createdAt: now, updatedAt: now })
    .onConflictDoNothing();
  const made = await read();
  if (made === undefined) throw new TypeError("the webhook settings were not stored");
  return made;
}

/** The secrets that sign now, newest first. */
export function signingSecrets(settings: WebhookSettings, clock: HubClock): [string, ...string[]] {
  const { secret, previousSecret, previousUntil } = settings;
  const isOverlap = previousUntil !== null && clock.now() < previousUntil.getTime();
  return previousSecret !== null && isOverlap ? [secret, previousSecret] : [secret];
}

export async function setFallbackAgent(
  db: Database,
  settings: WebhookSettings,
  agentId: string | null,
  clock: HubClock,
): Promise<WebhookSettings> {
  return change(db, settings, { fallbackAgentId: agentId, updatedAt: new Date(clock.now()) });
}

/** Makes a new secret; the one before signs beside it for a day, also when two ask for a new one at once. */
export async function rotateSecret(
  db: Database,
  settings: WebhookSettings,
  clock: HubClock,
): Promise<WebhookSettings> {
  return change(db, settings, {
    secret: newWebhookSecret(),
    previousSecret: sql`${webhookSettings.secret}`,
    previousUntil: new Date(clock.now() + OVERLAP_MS),
    updatedAt: new Date(clock.now()),
  });
}

async function change(
  db: Database,
  { accountId }: WebhookSettings,
  values: PgUpdateSetSource<typeof webhookSettings>,
): Promise<WebhookSettings> {
  const [changed] = await db
    .update(webhookSettings)
    .set(values)
    .where(eq(webhookSettings.accountId, accountId))
    .returning();
  if (changed === undefined) throw new TypeError("the webhook settings are gone");
  return changed;
}
