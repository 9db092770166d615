// Owns widget settings: the account's branding, and per agent its own and whether and for whom its widget loads. Their
// wire shapes are in protocol/settings.ts.
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
  merge_guest_threads: branding["merge_guest_threads"] === true,
});

async function brandingOf(db: Database, account: Account, lock: "lock" | "read"): Promise<Branding> {
  const query = db.select({ branding: accounts.branding }).from(accounts).where(eq(accounts.id, account.id));
  const [row] = await (lock === "lock" ? query.for("no key update") : query);
  if (row === undefined) throw new HubError("not_found");
  return row.branding;
}

/** What was taken back is not stored: it follows what it stood before when that changes. */
const changed = (before: Branding, wanted: Branding): Branding =>
  Object.fromEntries(
    Object.entries({ ...before, ...wanted }).filter(([, value]) => value !== null && value !== undefined),
  );

async function updateAccount(services: Services, account: Account, call: Call): Promise<WidgetSettings> {
  const wanted = readMembers(updateWidgetSettingsRequest, await readJson(call.request));
  return services.db.transaction(async (tx) => {
    const before = await brandingOf(tx, account, "lock");
    const branding = changed(before, wanted);
    await tx.update(accounts).set({ branding }).where(eq(accounts.id, account.id));
    return toSettings(branding);
  });
}

/** An agent's own branding: null wherever it follows the account's. */
const toAgentSettings = ({ widgetEnabled, authMode, branding }: AgentRow): AgentWidgetSettings => {
  const own = toSettings(branding);
  const show = <Member extends keyof WidgetSettings>(member: Member): WidgetSettings[Member] | null =>
    branding[member] === undefined ? null : own[member];
  return {
    widget_enabled: widgetEnabled,
    auth_mode: authMode,
    primary_color: show("primary_color"),
    accent_color: show("accent_color"),
    logo_url: show("logo_url"),
    launcher_position: show("launcher_position"),
    launcher_label: show("launcher_label"),
    launcher_size: show("launcher_size"),
    launcher_icon_url: show("launcher_icon_url"),
    privacy_notice: show("privacy_notice"),
    title: show("title"),
    greeting: show("greeting"),
    suggestions: show("suggestions"),
    color_scheme: show("color_scheme"),
    radius: show("radius"),
    font: show("font"),
    density: show("density"),
    mode: show("mode"),
    teaser: show("teaser"),
    teaser_delay: show("teaser_delay"),
    sound: show("sound"),
    image_hosts: show("image_hosts"),
    locale: show("locale"),
  };
};

async function agentOf(db: Database, account: Account, call: Call): Promise<AgentRow> {
  return pickAgent(await listAgents(db, account.id), call.param("id"));
}

async function updateAgent(services: Services, account: Account, call: Call): Promise<AgentWidgetSettings> {
  const wanted = readMembers(updateAgentWidgetSettingsRequest, await readJson(call.request));
  const { widget_enabled: widgetEnabled, auth_mode: authMode, ...looks } = wanted;
  return services.db.transaction(async (tx) => {
    const { id } = await agentOf(tx, account, call);
    const [before] = await tx.select().from(agents).where(eq(agents.id, id)).for("no key update");
    if (before === undefined) throw new HubError("not_found");
    const after = {
      ...before,
      widgetEnabled: widgetEnabled ?? before.widgetEnabled,
      authMode: authMode ?? before.authMode,
      branding: changed(before.branding, looks),
    };
    const { branding } = after;
    await tx
      .update(agents)
      .set({ widgetEnabled: after.widgetEnabled, authMode: after.authMode, branding })
      .where(eq(agents.id, id));
    return toAgentSettings(after);
  });
}

const tag = "Settings";
const auth = "secret-key";
const accountAnswer = { 200: { description: "The settings in force", schema: widgetSettings } };
const agentAnswer = { 200: { description: "Null follows the account", schema: agentWidgetSettings } };

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
        summary: "Show how an agent's widget looks, whether and for whom it loads",
        auth,
        answers: agentAnswer,
        errors: ["not_found"],
        handle: async (call) => json(toAgentSettings(await agentOf(services.db, await account(call), call))),
      },
      PATCH: {
        tag,
        summary: "Change how an agent's widget looks, whether and for whom it loads",
        auth,
        body: updateAgentWidgetSettingsRequest,
        answers: agentAnswer,
        errors: ["invalid_request", "not_found"],
        handle: async (call) => json(await updateAgent(services, await account(call), call)),
      },
    },
  };
}
