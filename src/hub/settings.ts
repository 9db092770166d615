// Owns widget settings: the account's branding, and per agent whether and for whom its widget loads. Their wire shapes
// are in protocol/settings.ts.
import { eq } from "drizzle-orm";
import { parseBranding } from "../protocol/config.ts";
import { AGENTS_PATH, WIDGET_SETTINGS_PATH } from "../protocol/paths.ts";
import {
  agentWidgetSettings,
  updateAgentWidgetSettingsRequest,
  updateWidgetSettingsRequest,
  widgetSettings,
} from "../protocol/settings.ts";
import type { AgentWidgetSettings, WidgetSettings } from "../protocol/settings.ts";
import { listAgents, pickAgent } from "./agents/directory.ts";
import type { AgentRow } from "./agents/directory.ts";
import { HubError } from "./errors.ts";
import { readJson } from "./http/body.ts";
import { readMembers } from "./http/members.ts";
import { json } from "./http/router.ts";
import type { Call, Routes } from "./http/router.ts";
import { requireAccount } from "./keys/secret-keys.ts";
import type { Account } from "./keys/secret-keys.ts";
import type { Services } from "./services.ts";
import type { Database } from "./store/database.ts";
import { accounts, agents } from "./store/schema.ts";

type Branding = Record<string, unknown>;

/** What a page would be told, and the accent colour, which has no default. */
const toSettings = (branding: Branding): WidgetSettings => ({
  ...parseBranding(branding),
  accent_color: typeof branding["accent_color"] === "string" ? branding["accent_color"] : null,
});

async function brandingOf(db: Database, account: Account, lock: "lock" | "read"): Promise<Branding> {
  const query = db.select({ branding: accounts.branding }).from(accounts).where(eq(accounts.id, account.id));
  const [row] = await (lock === "lock" ? query.for("no key update") : query);
  if (row === undefined) throw new HubError("not_found");
  return row.branding;
}

async function updateAccount(services: Services, account: Account, call: Call): Promise<WidgetSettings> {
  const wanted = readMembers(updateWidgetSettingsRequest, await readJson(call.request));
  return services.db.transaction(async (tx) => {
    const before = await brandingOf(tx, account, "lock");
    const members = Object.entries({ ...before, ...wanted });
    // What was taken back is not stored: it follows the default when that changes.
    const branding = Object.fromEntries(members.filter(([, value]) => value !== null && value !== undefined));
    await tx.update(accounts).set({ branding }).where(eq(accounts.id, account.id));
    return toSettings(branding);
  });
}

const toAgentSettings = (agent: AgentRow): AgentWidgetSettings => ({
  widget_enabled: agent.widgetEnabled,
  auth_mode: agent.authMode,
});

async function agentOf(services: Services, account: Account, call: Call): Promise<AgentRow> {
  return pickAgent(await listAgents(services.db, account.id), call.param("id"));
}

async function updateAgent(services: Services, account: Account, call: Call): Promise<AgentWidgetSettings> {
  const wanted = readMembers(updateAgentWidgetSettingsRequest, await readJson(call.request));
  const agent = await agentOf(services, account, call);
  const changes = {
    ...(wanted.widget_enabled === undefined ? {} : { widgetEnabled: wanted.widget_enabled }),
    ...(wanted.auth_mode === undefined ? {} : { authMode: wanted.auth_mode }),
  };
  if (Object.keys(changes).length === 0) return toAgentSettings(agent);
  const [row] = await services.db.update(agents).set(changes).where(eq(agents.id, agent.id)).returning();
  if (row === undefined) throw new HubError("not_found");
  return toAgentSettings(row);
}

const tag = "Settings";
const auth = "secret-key";
const accountAnswer = { 200: { description: "The settings in force", schema: widgetSettings } };
const agentAnswer = { 200: { description: "The settings in force", schema: agentWidgetSettings } };

/** `/api/v1/widget-settings` and `/api/v1/agents/{id}/widget-settings`, for the holder of a secret key. */
export function settingsRoutes(services: Services): Routes {
  const account = (call: Call) => requireAccount(services, call.request, "missing_bearer");
  return {
    [WIDGET_SETTINGS_PATH]: {
      GET: {
        tag,
        summary: "Show how the widget looks",
        auth,
        answers: accountAnswer,
        handle: async (call) => json(toSettings(await brandingOf(services.db, await account(call), "read"))),
      },
      PATCH: {
        tag,
        summary: "Change how the widget looks",
        auth,
        body: updateWidgetSettingsRequest,
        answers: accountAnswer,
        errors: ["invalid_request"],
        handle: async (call) => json(await updateAccount(services, await account(call), call)),
      },
    },
    [`${AGENTS_PATH}/:id/widget-settings`]: {
      GET: {
        tag,
        summary: "Show whether and for whom an agent's widget loads",
        auth,
        answers: agentAnswer,
        errors: ["not_found"],
        handle: async (call) => json(toAgentSettings(await agentOf(services, await account(call), call))),
      },
      PATCH: {
        tag,
        summary: "Change whether and for whom an agent's widget loads",
        auth,
        body: updateAgentWidgetSettingsRequest,
        answers: agentAnswer,
        errors: ["invalid_request", "not_found"],
        handle: async (call) => json(await updateAgent(services, await account(call), call)),
      },
    },
  };
}
