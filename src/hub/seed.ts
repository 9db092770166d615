// Owns the demo account: its agents, keys and looks. Run again on the same store it finds everything as it was.
import { and, eq } from "drizzle-orm";
import { listAgents } from "./agents/directory.ts";
import type { AgentRow } from "./agents/directory.ts";
import { uuidv7 } from "./ids.ts";
import { parseAllowlist } from "./origins/entry.ts";
import type { AllowEntry } from "./origins/entry.ts";
import type { Dialect } from "./origins/origin.ts";
import type { Services } from "./services.ts";
import { accounts, agents, clientKeys, secretKeys } from "./store/schema.ts";
import { digest } from "./tokens/opaque.ts";

/** What the demo consists of; the secret key is shown only here. */
export interface DemoSeed {
  account: string;
  secret_key: string;
  keys: { name: string; dialect: Dialect; public_key: string; id: string | number }[];
  orgs: { id: number; slug: string }[];
  agents: { id: string; number: number; name: string; slug: string }[];
}

const SLUG = "demo";
/** A second org of the same owner, so that keys can be transferred. */
const SECOND_SLUG = "demo_second";
/** Fixed, so that a pasted snippet keeps working. Public keys are no secrets. */
const WIDGET_KEY = "pk_live_demo_foyerdemositewidgetkey0001";
const PUBLISHABLE_KEY = "pk_live_demo_foyerdemositepublishkey001";

const AGENTS = [
  { slug: "support", name: "Nova" },
  { slug: "echo", name: "Echo" },
  { slug: "slow", name: "Slow" },
  { slug: "fail", name: "Fail" },
  { slug: "long", name: "Long" },
] as const;

const BRANDING = {
  primary_color: "#3b5bdb",
  greeting: "Hi, I'm Nova. What are you looking for today?",
  suggestions: ["Where is my order?", "How do I add the widget, and what does it cost?", "What can you do?"],
  privacy_notice: "Nova is an AI and can be wrong.",
};

async function seedAccount(
  { db, clock }: Services,
  slug: string,
  ownerId: number | null,
): Promise<{ id: number; slug: string }> {
  await db
    .insert(accounts)
    .values({ slug, ownerId, branding: BRANDING, createdAt: new Date(clock.now()) })
    .onConflictDoNothing();
  // Locked, so that two hubs that seed one database do it one after the other.
  const [account] = await db.select().from(accounts).where(eq(accounts.slug, slug)).for("update");
  if (account === undefined) throw new TypeError("the demo account was not stored");
  return account;
}

async function seedAgents({ db, clock }: Services, accountId: number): Promise<AgentRow[]> {
  const known = new Set((await listAgents(db, accountId)).map((agent) => agent.slug));
  for (const { slug, name } of AGENTS) {
    if (known.has(slug)) continue;
    const now = new Date(clock.now());
    await db.insert(agents).values({
      id: uuidv7(now.getTime()),
      accountId,
      slug,
      name,
      kind: "scripted",
      config: { script: slug },
      createdAt: now,
    });
  }
  return listAgents(db, accountId);
}

async function seedSecretKey({ db, clock, signing }: Services, accountId: number): Promise<string> {
  const secret = `sk_live_${SLUG}_${signing.derive("demo secret key").slice(0, 40)}`;
  const now = new Date(clock.now());
  await db
    .insert(secretKeys)
    .values({ id: uuidv7(now.getTime()), accountId, hash: digest(secret), createdAt: now })
    .onConflictDoNothing();
  return secret;
}

type NewKey = Pick<
  typeof clientKeys.$inferInsert,
  "accountId" | "dialect" | "name" | "allowlist" | "agentId"
>;

async function seedClientKey({ db, clock }: Services, publicKey: string, key: NewKey) {
  const now = new Date(clock.now());
  await db
    .insert(clientKeys)
    .values({
      ...key,
      id: uuidv7(now.getTime()),
      hash: digest(publicKey),
      last8: publicKey.slice(-8),
      publicKey: key.dialect === "publishable-key" ? publicKey : null,
      createdAt: now,
      updatedAt: now,
    })
    .onConflictDoNothing();
  const [row] = await db
    .select()
    .from(clientKeys)
    .where(eq(clientKeys.hash, digest(publicKey)));
  if (row === undefined) throw new TypeError("the demo key was not stored");
  return row;
}

/** The demo may come back on another port: its own entry follows, entries of others stay. */
async function followOrigin(
  { db }: Services,
  row: typeof clientKeys.$inferSelect,
  wanted: readonly AllowEntry[],
) {
  const texts = new Set(wanted.map((entry) => entry.text));
  if (row.allowlist.some((entry) => texts.has(entry.text))) return;
  const others = row.allowlist.filter((entry) => !/^http:\/\/localhost:\d+$/.test(entry.text));
  await db
    .update(clientKeys)
    .set({ allowlist: [...wanted, ...others] })
    .where(and(eq(clientKeys.id, row.id)));
}

function parseEntries(list: string[], dialect: Dialect): AllowEntry[] {
  const parsed = parseAllowlist(list, dialect);
  if (parsed.kind === "bad") throw new TypeError(`demoOrigin ${parsed.reason}`);
  return parsed.entries;
}

/**
 * Creates the account `demo` or finds it again.
 * @param demoOrigin origin of the demo page, such as `http://localhost:5173`.
 */
export function seedDemo(services: Services, demoOrigin: string): Promise<DemoSeed> {
  return services.db.transaction((tx) => seedInside({ ...services, db: tx }, demoOrigin));
}

async function seedInside(services: Services, demoOrigin: string): Promise<DemoSeed> {
  const account = await seedAccount(services, SLUG, null);
  const second = await seedAccount(services, SECOND_SLUG, account.id);
  const rows = await seedAgents(services, account.id);
  await seedAgents(services, second.id);
  const secretKey = await seedSecretKey(services, account.id);
  const entries = parseEntries([demoOrigin], "widget-key");
  const widget = await seedClientKey(services, WIDGET_KEY, {
    accountId: account.id,
    dialect: "widget-key",
    name: "Demo site",
    allowlist: entries,
  });
  await followOrigin(services, widget, entries);
  const publishable = await seedClientKey(services, PUBLISHABLE_KEY, {
    accountId: account.id,
    dialect: "publishable-key",
    name: "Demo site (publishable)",
    allowlist: parseEntries(["localhost"], "publishable-key"),
    agentId: rows.find((agent) => agent.slug === "support")?.id ?? null,
  });
  return {
    account: account.slug,
    secret_key: secretKey,
    keys: [
      { name: widget.name, dialect: "widget-key", public_key: WIDGET_KEY, id: widget.id },
      {
        name: publishable.name,
        dialect: "publishable-key",
        public_key: PUBLISHABLE_KEY,
        id: publishable.number,
      },
    ],
    orgs: [account, second].map(({ id, slug }) => ({ id, slug })),
    agents: rows.map(({ id, number, name, slug }) => ({ id, number, name, slug })),
  };
}
