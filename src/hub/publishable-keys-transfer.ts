// Owns taking a publishable key to another org of the same owner: as a copy with a new value, or the key itself.
import { and, eq } from "drizzle-orm";
import { transferRequest } from "../protocol/publishable-keys.ts";
import type { PublishableKey } from "../protocol/publishable-keys.ts";
import { readJson } from "./http/body.ts";
import { readMembers, wrongMembers } from "./http/members.ts";
import type { Call } from "./http/router.ts";
import {
  addPublishableKey,
  findPublishableKey,
  lockPublishableKey,
  toPublishableKey,
} from "./keys/publishable.ts";
import type { Account } from "./keys/secret-keys.ts";
import { ownerOf } from "./orgs.ts";
import type { Services } from "./services.ts";
import type { Database } from "./store/database.ts";
import { accounts, agents, clientKeys, sessions } from "./store/schema.ts";

/** The org, when it is of the caller's owner. One that is not, and one that is nowhere, are told alike. */
async function requireSibling(db: Database, account: Account, targetId: number): Promise<Account> {
  const [target] = await db.select().from(accounts).where(eq(accounts.id, targetId));
  if (target === undefined || (await ownerOf(db, account.id)) !== (target.ownerId ?? target.id))
    throw wrongMembers({ target_org_id: "No such org, or it is not yours." });
  return { id: target.id, slug: target.slug };
}

/** An agent belongs to one org. The binding follows to the agent of the same slug there. */
async function agentThere(db: Database, agentId: string | null, target: Account): Promise<string | null> {
  if (agentId === null) return null;
  const [bound] = await db.select({ slug: agents.slug }).from(agents).where(eq(agents.id, agentId));
  const [twin] = await db
    .select({ id: agents.id })
    .from(agents)
    .where(and(eq(agents.accountId, target.id), eq(agents.slug, bound?.slug ?? "")));
  if (twin === undefined)
    throw wrongMembers({
      agent_id: "The target org has no agent with the slug of the one this key is bound to.",
    });
  return twin.id;
}

/** Sessions stay behind when their key moves: what was said there belongs to the old org. */
async function endSessions(db: Database, keyId: string, now: Date): Promise<void> {
  await db.update(sessions).set({ revokedAt: now }).where(eq(sessions.keyId, keyId));
}

/**
 * Copies (201, a new value) or moves (200, the value stays) a key.
 * @throws HubError `not_found`, or `invalid_request` for a target or a binding that cannot be.
 */
export async function transfer(
  services: Services,
  account: Account,
  call: Call,
): Promise<{ status: 200 | 201; key: PublishableKey }> {
  const now = new Date(services.clock.now());
  const wanted = readMembers(transferRequest, await readJson(call.request));
  return services.db.transaction(async (tx) => {
    const { row } = await lockPublishableKey(tx, account, call.param("id"));
    if (!row.isActive) throw wrongMembers({ mode: "A deactivated key stays where it is." });
    const target = await requireSibling(tx, account, wanted.target_org_id);
    const name = wanted.name ?? row.name;
    const agentId = await agentThere(tx, row.agentId, target);
    if (wanted.mode === "copy") {
      const { allowlist, isEnabled, mode, webhookUrl } = row;
      const copy = { name, allowlist, isEnabled, mode, agentId, webhookUrl };
      return { status: 201, key: await addPublishableKey(tx, target, copy, now) };
    }
    if (target.id !== account.id) await endSessions(tx, row.id, now);
    await tx
      .update(clientKeys)
      .set({ accountId: target.id, agentId, name, updatedAt: now })
      .where(eq(clientKeys.id, row.id));
    return { status: 200, key: toPublishableKey(await findPublishableKey(tx, target, String(row.number))) };
  });
}
