// Owns the management of agents: list, create, read, change, delete. Their wire shapes are in protocol/agents.ts.
import { and, eq } from "drizzle-orm";
import * as v from "valibot";
import { agentAnswer, agentConfig, createAgentRequest, updateAgentRequest } from "../protocol/agents.ts";
import type { AgentAnswer } from "../protocol/agents.ts";
import { AGENTS_PATH } from "../protocol/paths.ts";
import { listAgents, pickAgent } from "./agents/directory.ts";
import type { AgentRow } from "./agents/directory.ts";
import { keyFor, refusedKey } from "./agents/keys.ts";
import { hasScript } from "./agents/scripted/scripts.ts";
import { HubError } from "./errors.ts";
import { readJson } from "./http/body.ts";
import { readMembers, wrongMembers } from "./http/members.ts";
import { json, noContent } from "./http/router.ts";
import type { Call, Routes } from "./http/router.ts";
import { uuidv7 } from "./ids.ts";
import { requireAccount } from "./keys/secret-keys.ts";
import type { Account } from "./keys/secret-keys.ts";
import type { Services } from "./services.ts";
import type { Database } from "./store/database.ts";
import { accounts, agents, clientKeys } from "./store/schema.ts";

const toAnswer = (row: AgentRow): AgentAnswer => ({
  id: row.id,
  number: row.number,
  slug: row.slug,
  name: row.name,
  kind: row.kind,
  status: row.status,
  config: row.config,
  created_at: row.createdAt.toISOString(),
});

/** @throws HubError `invalid_request` when the config names a script or a key that the hub does not have for it. */
function requireParts({ agentKeys }: Services, agent: v.InferOutput<typeof agentConfig>): void {
  if (agent.kind === "scripted" && !hasScript(agent.config.script))
    throw wrongMembers({ config: "script: There is no script of this name" });
  if (agent.kind === "openai" && keyFor(agentKeys, agent.config) === undefined)
    throw wrongMembers({ config: `api_key_env: ${refusedKey(agent.config)}` });
}

/** A new config as the agent's kind reads it; what the kind does not know is left out. */
function toConfig(services: Services, { kind }: AgentRow, config: unknown): Record<string, unknown> {
  const read = readMembers(agentConfig, { kind, config });
  requireParts(services, read);
  return read.config;
}

const SLUG_LENGTH = 50;

/** What a page may write for the name: `Élodie's bot` is `elodie-s-bot`. */
const slugOf = (name: string): string =>
  name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, SLUG_LENGTH)
    .replace(/^-|-$/g, "") || "agent";

/** Two agents of one account never share a slug; the second `support` made from a name is `support-2`. */
async function freeSlug(db: Database, account: Account, name: string): Promise<string> {
  const taken = new Set((await listAgents(db, account.id)).map((agent) => agent.slug));
  const base = slugOf(name);
  let slug = base;
  for (let count = 2; taken.has(slug); count += 1) slug = `${base}-${count}`;
  return slug;
}

const slugTaken = () => wrongMembers({ slug: "Another agent has this slug." });

/** Who changes the account's agents does it after whoever does it now. */
const lockAccount = (tx: Database, account: Account) =>
  tx.select({ id: accounts.id }).from(accounts).where(eq(accounts.id, account.id)).for("no key update");

async function create(services: Services, account: Account, call: Call): Promise<AgentAnswer> {
  const wanted = readMembers(createAgentRequest, await readJson(call.request));
  requireParts(services, wanted);
  const now = new Date(services.clock.now());
  return services.db.transaction(async (tx) => {
    await lockAccount(tx, account);
    const [row] = await tx
      .insert(agents)
      .values({
        id: uuidv7(now.getTime()),
        accountId: account.id,
        slug: wanted.slug ?? (await freeSlug(tx, account, wanted.name)),
        name: wanted.name,
        kind: wanted.kind,
        status: wanted.status,
        config: wanted.config,
        createdAt: now,
      })
      .onConflictDoNothing()
      .returning();
    if (row === undefined) throw slugTaken();
    return toAnswer(row);
  });
}

async function update(services: Services, account: Account, call: Call): Promise<AgentAnswer> {
  const wanted = readMembers(updateAgentRequest, await readJson(call.request));
  return services.db.transaction(async (tx) => {
    await lockAccount(tx, account);
    const all = await listAgents(tx, account.id);
    const agent = pickAgent(all, call.param("id"));
    if (all.some((other) => other.slug === wanted.slug && other.id !== agent.id)) throw slugTaken();
    const changed: AgentRow = {
      ...agent,
      name: wanted.name ?? agent.name,
      slug: wanted.slug ?? agent.slug,
      status: wanted.status ?? agent.status,
      config: wanted.config === undefined ? agent.config : toConfig(services, agent, wanted.config),
    };
    const { name, slug, status, config } = changed;
    await tx.update(agents).set({ name, slug, status, config }).where(eq(agents.id, agent.id));
    return toAnswer(changed);
  });
}

/** A key that could work again keeps its agent: it would meet visitors with another one. */
async function requireUnbound(tx: Database, agentId: string): Promise<void> {
  const [key] = await tx
    .select({ name: clientKeys.name })
    .from(clientKeys)
    .where(and(eq(clientKeys.agentId, agentId), eq(clientKeys.isActive, true)));
  if (key === undefined) return;
  throw new HubError("agent_in_use", {
    detail: `The key "${key.name}" is bound to this agent`,
    hint: "Bind its keys to another agent first, or set the agent's status to paused",
  });
}

/** Deletes an agent with its sessions; the conversations stay. */
async function remove(services: Services, account: Account, call: Call): Promise<void> {
  await services.db.transaction(async (tx) => {
    await lockAccount(tx, account);
    const { id } = pickAgent(await listAgents(tx, account.id), call.param("id"));
    // Locked, so that no key is bound to it between the check and the end.
    await tx.select({ id: agents.id }).from(agents).where(eq(agents.id, id)).for("update");
    await requireUnbound(tx, id);
    await tx.delete(agents).where(eq(agents.id, id));
  });
}

const tag = "Agents";
const auth = "secret-key";
const one = { description: "The agent", schema: agentAnswer };

/** `/api/v1/agents`, for the holder of a secret key. `{id}` is an agent's id or number. */
export function agentRoutes(services: Services): Routes {
  const account = (call: Call) => requireAccount(services, call.request, "missing_bearer");
  return {
    [AGENTS_PATH]: {
      GET: {
        tag,
        summary: "List agents",
        auth,
        answers: { 200: { description: "By number", schema: v.array(agentAnswer) } },
        handle: async (call) => json((await listAgents(services.db, (await account(call)).id)).map(toAnswer)),
      },
      POST: {
        tag,
        summary: "Create an agent",
        auth,
        body: createAgentRequest,
        answers: { 201: one },
        errors: ["invalid_request"],
        handle: async (call) => json(await create(services, await account(call), call), 201),
      },
    },
    [`${AGENTS_PATH}/:id`]: {
      GET: {
        tag,
        summary: "Read an agent",
        auth,
        answers: { 200: one },
        errors: ["not_found"],
        handle: async (call) => {
          const all = await listAgents(services.db, (await account(call)).id);
          return json(toAnswer(pickAgent(all, call.param("id"))));
        },
      },
      PATCH: {
        tag,
        summary: "Change an agent",
        auth,
        body: updateAgentRequest,
        answers: { 200: one },
        errors: ["invalid_request", "not_found"],
        handle: async (call) => json(await update(services, await account(call), call)),
      },
      DELETE: {
        tag,
        summary: "Delete an agent that no key is bound to",
        auth,
        answers: { 204: { description: "It is gone, and its sessions have ended" } },
        errors: ["not_found", "agent_in_use"],
        handle: async (call) => {
          await remove(services, await account(call), call);
          return noContent();
        },
      },
    },
  };
}
