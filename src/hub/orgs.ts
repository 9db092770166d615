// Owns orgs: accounts with agents and keys of their own. Orgs of one owner may hand publishable keys to each other.
import { asc, eq, or } from "drizzle-orm";
import * as v from "valibot";
import { createOrgRequest, createdOrg, org } from "../protocol/orgs.ts";
import type { CreatedOrg, Org } from "../protocol/orgs.ts";
import { ORGS_PATH } from "../protocol/paths.ts";
import type { HubClock } from "./clock.ts";
import { readJson } from "./http/body.ts";
import { readMembers, wrongMembers } from "./http/members.ts";
import { json } from "./http/router.ts";
import type { Call, Routes } from "./http/router.ts";
import { randomText, uuidv7 } from "./ids.ts";
import { requireAccount } from "./keys/secret-keys.ts";
import type { Account } from "./keys/secret-keys.ts";
import type { Services } from "./services.ts";
import type { Database } from "./store/database.ts";
import { accounts, secretKeys } from "./store/schema.ts";
import { digest } from "./tokens/opaque.ts";

const SECRET_LENGTH = 40;

/** The id of the account that an org's owner is: itself when nobody made it. */
export async function ownerOf(db: Database, accountId: number): Promise<number | null> {
  const [row] = await db.select().from(accounts).where(eq(accounts.id, accountId));
  return row === undefined ? null : (row.ownerId ?? row.id);
}

/**
 * Creates an org and its first secret key, which is shown only here.
 * @param ownerId the account it belongs to; null for an account of its own.
 * @throws HubError `invalid_request` when the slug is taken.
 */
export function createOrg(
  { db, clock }: { db: Database; clock: HubClock },
  input: { slug: string; ownerId: number | null },
): Promise<CreatedOrg> {
  const now = new Date(clock.now());
  const secret = `sk_live_${input.slug}_${randomText(SECRET_LENGTH)}`;
  return db.transaction(async (tx) => {
    const [row] = await tx
      .insert(accounts)
      .values({ ...input, createdAt: now })
      .onConflictDoNothing()
      .returning();
    if (row === undefined) throw wrongMembers({ slug: "This slug is taken." });
    await tx
      .insert(secretKeys)
      .values({ id: uuidv7(now.getTime()), accountId: row.id, hash: digest(secret), createdAt: now });
    return { id: row.id, slug: row.slug, secret_key: secret };
  });
}

async function list(services: Services, account: Account): Promise<Org[]> {
  const ownerId = (await ownerOf(services.db, account.id)) ?? account.id;
  return services.db
    .select({ id: accounts.id, slug: accounts.slug })
    .from(accounts)
    .where(or(eq(accounts.id, ownerId), eq(accounts.ownerId, ownerId)))
    .orderBy(asc(accounts.id));
}

async function create(services: Services, account: Account, call: Call): Promise<CreatedOrg> {
  const { slug } = readMembers(createOrgRequest, await readJson(call.request));
  return createOrg(services, { slug, ownerId: await ownerOf(services.db, account.id) });
}

const tag = "Orgs";
const auth = "secret-key";

/** `/api/v1/orgs`, for the holder of a secret key: the orgs of the same owner. */
export function orgRoutes(services: Services): Routes {
  const account = (call: Call) => requireAccount(services, call.request, "missing_bearer");
  return {
    [ORGS_PATH]: {
      GET: {
        tag,
        summary: "List the orgs of your owner, yours included",
        auth,
        answers: { 200: { description: "Oldest first", schema: v.array(org) } },
        handle: async (call) => json(await list(services, await account(call))),
      },
      POST: {
        tag,
        summary: "Create an org of the same owner",
        auth,
        body: createOrgRequest,
        answers: { 201: { description: "The org; its secret key is shown this once", schema: createdOrg } },
        errors: ["invalid_request"],
        handle: async (call) => json(await create(services, await account(call), call), 201),
      },
    },
  };
}
