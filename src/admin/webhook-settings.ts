// Owns `client.webhookSettings`: the secret that proves webhooks, and the agent that answers when one fails.
import { WEBHOOK_SETTINGS_PATH } from "../protocol/paths.ts";
import type { WebhookSettingsAnswer } from "../protocol/webhook.ts";
import { objectWith } from "./read.ts";
import type { Send } from "./request.ts";

/** Every call throws FoyerAdminError. */
export interface WebhookSettingsClient {
  get(): Promise<WebhookSettingsAnswer>;
  /** `fallback_agent_id`: id, slug or number of an agent; null refuses visitors whose webhook failed. */
  update(patch: { fallback_agent_id: string | number | null }): Promise<WebhookSettingsAnswer>;
  /** Makes a new secret; the one before signs beside it for 24 hours. */
  rotateSecret(): Promise<WebhookSettingsAnswer>;
}

const read = objectWith<WebhookSettingsAnswer>("secret", "updated_at");

export function webhookSettings(send: Send): WebhookSettingsClient {
  return {
    get: () => send({ method: "GET", path: WEBHOOK_SETTINGS_PATH, read }),
    update: (patch) => send({ method: "PATCH", path: WEBHOOK_SETTINGS_PATH, body: patch, read }),
    rotateSecret: () => send({ method: "POST", path: `${WEBHOOK_SETTINGS_PATH}/rotate-secret`, read }),
  };
}
