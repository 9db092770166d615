// Owns `/api/v1/webhook-settings`: the secret that receivers verify with, its change, and the fallback agent.
import * as v from "valibot";
import { WEBHOOK_SETTINGS_PATH } from "../protocol/paths.ts";
import { updateWebhookSettingsRequest, webhookSettings } from "../protocol/webhook.ts";
import type { WebhookSettingsAnswer } from "../protocol/webhook.ts";
import { findAgent } from "./agents/directory.ts";
import { HubError } from "./errors.ts";
import { readJson } from "./http/body.ts";
import { json } from "./http/router.ts";
import type { Call, Routes } from "./http/router.ts";
import { requireAccount } from "./keys/secret-keys.ts";
import type { Services } from "./services.ts";
import { loadWebhookSettings, rotateSecret, setFallbackAgent, signingSecrets } from "./webhook/settings.ts";
import type { WebhookSettings } from "./webhook/settings.ts";

function toAnswer(settings: WebhookSettings, { clock }: Services): WebhookSettingsAnswer {
  const [secret, previous = null] = signingSecrets(settings, clock);
  return {
    secret,
    previous_secret: previous,
    previous_until: previous === null ? null : (settings.previousUntil?.toISOString() ?? null),
    fallback_agent_id: settings.fallbackAgentId,
    updated_at: settings.updatedAt.toISOString(),
  };
}

async function agentIdFrom(services: Services, accountId: number, reference: string | number | null) {
  if (reference === null) return null;
  const agent = await findAgent(services.db, accountId, String(reference));
  if (agent === null)
    throw new HubError("invalid_request", { detail: "fallback_agent_id names no agent of this account" });
  return agent.id;
}

async function update(services: Services, settings: WebhookSettings, call: Call): Promise<WebhookSettings> {
  const parsed = v.safeParse(updateWebhookSettingsRequest, await readJson(call.request));
  if (!parsed.success) {
    throw new HubError("invalid_request", { detail: "fallback_agent_id must be an agent's id or null" });
  }
  const agentId = await agentIdFrom(services, settings.accountId, parsed.output.fallback_agent_id);
  return setFallbackAgent(services.db, settings, agentId, services.clock);
}

const tag = "Webhooks";
const auth = "secret-key";
const answers = { 200: { description: "The settings in force", schema: webhookSettings } };

/** `/api/v1/webhook-settings`, for the holder of a secret key. */
export function webhookSettingsRoutes(services: Services): Routes {
  const { db, clock } = services;
  const load = async (call: Call) =>
    loadWebhookSettings(db, (await requireAccount(services, call.request, "missing_bearer")).id, clock);
  return {
    [WEBHOOK_SETTINGS_PATH]: {
      GET: {
        tag,
        summary: "Show the webhook secret and the fallback agent",
        auth,
        answers,
        handle: async (call) => json(toAnswer(await load(call), services)),
      },
      PATCH: {
        tag,
        summary: "Choose who answers when a webhook names no agent",
        auth,
        body: updateWebhookSettingsRequest,
        answers,
        errors: ["invalid_request"],
        handle: async (call) => json(toAnswer(await update(services, await load(call), call), services)),
      },
    },
    [`${WEBHOOK_SETTINGS_PATH}/rotate-secret`]: {
      POST: {
        tag,
        summary: "Make a new webhook secret; the one before signs beside it for 24 hours",
        auth,
        answers,
        handle: async (call) => json(toAnswer(await rotateSecret(db, await load(call), clock), services)),
      },
    },
  };
}
