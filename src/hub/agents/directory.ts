// Owns which agent a visitor meets: the pin of the key, else the one the page names, else the account's first.
import { asc, eq } from "drizzle-orm";
import type { AuthMode } from "../../protocol/config.ts";
import { HubError } from "../errors.ts";
import type { PageKey } from "../store/crowd.ts";
import type { Database } from "../store/database.ts";
import { agents } from "../store/schema.ts";

/** What a page may be refused with on the way to its agent. */
export const AGENT_ERRORS = ["agent_not_found", "agent_disabled", "agent_unavailable"] as const;

export type AgentRow = typeof agents.$inferSelect;

/** The agent with this id, else slug, else number, else name. Case does not count. */
function matchAgent(rows: readonly AgentRow[], reference: string): AgentRow | null {
  const wanted = reference.trim().toLowerCase();
  const ways: ((agent: AgentRow) => string)[] = [
    (agent) => agent.id,
    (agent) => agent.slug,
    (agent) => String(agent.number),
    (agent) => agent.name,
  ];
  for (const way of ways) {
    const found = rows.find((agent) => way(agent).toLowerCase() === wanted);
    if (found !== undefined) return found;
  }
  return null;
}

/** Finds an agent of an account by id, slug, number or name. */
export async function findAgent(
  db: Database,
  accountId: number,
  reference: string,
): Promise<AgentRow | null> {
  return matchAgent(await listAgents(db, accountId), reference);
}

export function listAgents(db: Database, accountId: number): Promise<AgentRow[]> {
  return db.select().from(agents).where(eq(agents.accountId, accountId)).orderBy(asc(agents.number));
}

/**
 * The agent whose id or number this is.
 * @throws HubError `not_found`, also for another account's agent.
 */
export function pickAgent(rows: readonly AgentRow[], idOrNumber: string): AgentRow {
  const found = rows.find(({ id, number }) => id === idOrNumber || String(number) === idOrNumber);
  if (found === undefined) throw new HubError("not_found");
  return found;
}

function chooseAgent(rows: readonly AgentRow[], pin: string | null, reference: string): AgentRow | null {
  if (pin !== null) return rows.find((agent) => agent.id === pin) ?? null;
  return (reference === "" ? rows[0] : matchAgent(rows, reference)) ?? null;
}

/**
 * The agent for a page that names `reference`, with a key whose agent no webhook chooses.
 * @throws HubError `agent_not_found`, `agent_disabled`.
 */
export function requireAgent({ row, agents }: PageKey, reference: string | null): AgentRow {
  const agent = chooseAgent(agents, row.agentId, reference?.trim() ?? "");
  if (agent === null) {
    throw new HubError("agent_not_found", {
      hint: "Check data-agent: an id, slug, number or name of one of your agents",
    });
  }
  requireEnabled(agent);
  return agent;
}

/** What the site owner should know whose page names another agent than the one that its key is pinned to. */
export function pinNotice({ key, wanted }: { key: PageKey; wanted: string | null }): { notice?: string } {
  const pinned = key.agents.find(({ id }) => id === key.row.agentId);
  if (pinned === undefined || !wanted?.trim() || matchAgent(key.agents, wanted) === pinned) return {};
  return { notice: `agent_pinned: the key is pinned to "${pinned.name}", which wins over data-agent` };
}

/** @throws HubError `agent_disabled` when the agent is paused or its widget is switched off. */
export function requireEnabled(agent: AgentRow): void {
  if (agent.status !== "active" || !agent.widgetEnabled) throw new HubError("agent_disabled");
}

/** Who may talk to an agent, in the order the widget offers it. */
export function authModesOf(agent: Pick<AgentRow, "authMode">): AuthMode[] {
  return agent.authMode === "both" ? ["guest", "user"] : [agent.authMode];
}
