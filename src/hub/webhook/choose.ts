// Owns asking a key's webhook which agent answers a new visitor, and who answers when it does not say.
import { randomInt } from "node:crypto";
import * as v from "valibot";
import { webhookAnswer } from "../../protocol/webhook.ts";
import type { IncomingEvent } from "../../protocol/webhook.ts";
import { findAgent, listAgents } from "../agents/directory.ts";
import type { AgentRow } from "../agents/directory.ts";
import { HubError } from "../errors.ts";
import { withAliases } from "../http/body.ts";
import { uuidv7 } from "../ids.ts";
import type { ClientKey } from "../keys/client-keys.ts";
import type { Services } from "../services.ts";
import type { VisitorIdentity } from "../sessions/family.ts";
import { deliver } from "./deliver.ts";
import type { DeliveryFailure } from "./deliver.ts";
import { loadWebhookSettings, signingSecrets } from "./settings.ts";
import type { WebhookSettings } from "./settings.ts";
import { canonicalJson, signatureHeaders } from "./signature.ts";

/** A visitor at the door: admitted by the key, without an agent yet. */
export interface Visit {
  key: ClientKey;
  origin: string;
  visitor: VisitorIdentity;
  /** What the page named; null for nothing. */
  wanted: string | null;
}

/** Who answers, and what was asked of them for this visitor. */
export interface Choice {
  agent: AgentRow;
  /** Instructions in place of the agent's own. */
  prompt: string | null;
  voice: string | null;
}

type Judged =
  | { kind: "chosen"; choice: Choice }
  | { kind: "failed"; reason: DeliveryFailure | "answer_invalid" | "agent_not_ready"; detail?: string };

/** Call ids are integers by contract; 48 random bits do not meet again. */
const CALL_IDS = 2 ** 48 - 1;

function incomingEvent({ key, origin, visitor, wanted }: Visit): IncomingEvent {
  const type = visitor.subject.startsWith("user:") ? "user" : "guest";
  return {
    type: "call.incoming",
    data: {
      call_id: randomInt(1, CALL_IDS),
      from_number: "web",
      to_number: "web",
      publishable_key_id: key.row.number,
      agent: wanted,
      origin,
      visitor: {
        id: visitor.subject.slice(type.length + 1),
        type,
        ...(visitor.name === null ? {} : { name: visitor.name }),
        ...(visitor.email === null ? {} : { email: visitor.email }),
        ...(visitor.claims === null ? {} : { claims: visitor.claims }),
      },
    },
  };
}

function parseAnswer(bytes: Uint8Array): v.InferOutput<typeof webhookAnswer> | null {
  try {
    const body: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    const parsed = v.safeParse(webhookAnswer, withAliases(body, { voice_name: "voice" }));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}

const isReady = (agent: AgentRow): boolean => agent.status === "active" && agent.widgetEnabled;

async function fallbackAgent(
  { db }: Services,
  accountId: number,
  settings: WebhookSettings,
): Promise<AgentRow | null> {
  if (settings.fallbackAgentId === null) return null;
  const agent = await findAgent(db, accountId, settings.fallbackAgentId);
  return agent !== null && isReady(agent) ? agent : null;
}

/** The agent that a prompt without an agent is for: the fallback agent, else the account's first one that is ready. */
async function promptedAgent(services: Services, accountId: number, settings: WebhookSettings) {
  const agent = await fallbackAgent(services, accountId, settings);
  return agent ?? (await listAgents(services.db, accountId)).find(isReady) ?? null;
}

async function judge(
  services: Services,
  accountId: number,
  settings: WebhookSettings,
  body: Uint8Array,
): Promise<Judged> {
  const answer = parseAnswer(body);
  if (answer === null) return { kind: "failed", reason: "answer_invalid" };
  const reference = answer.agent_id ?? null;
  const agent =
    reference === null
      ? await promptedAgent(services, accountId, settings)
      : await findAgent(services.db, accountId, String(reference));
  if (agent === null || !isReady(agent)) return { kind: "failed", reason: "agent_not_ready" };
  return { kind: "chosen", choice: { agent, prompt: answer.prompt ?? null, voice: answer.voice ?? null } };
}

async function ask(services: Services, visit: Visit, settings: WebhookSettings): Promise<Judged> {
  const nowMs = services.clock.now();
  const body = canonicalJson(incomingEvent(visit));
  const stamp = { id: `msg_${uuidv7(nowMs)}`, timestampS: Math.floor(nowMs / 1000), body };
  const headers = {
    "Content-Type": "application/json",
    Accept: "application/json",
    "Accept-Encoding": "identity",
    "User-Agent": "Foyer-Webhook/1",
    ...signatureHeaders(signingSecrets(settings, services.clock), stamp),
  };
  const { webhooks, clock } = services;
  const result = await deliver({ url: visit.key.row.webhookUrl, headers, body }, { ...webhooks, clock });
  if (result.kind === "failed") return result;
  return judge(services, visit.key.account.id, settings, result.body);
}

/**
 * Asks the webhook of a key who answers this visitor. Without a usable answer the account's fallback agent does.
 * @throws HubError `agent_unavailable` when there is no fallback agent that is ready.
 */
export async function chooseByWebhook(services: Services, visit: Visit): Promise<Choice> {
  const { id: accountId } = visit.key.account;
  const settings = await loadWebhookSettings(services.db, accountId, services.clock);
  const judged = await ask(services, visit, settings);
  if (judged.kind === "chosen") return judged.choice;
  const agent = await fallbackAgent(services, accountId, settings);
  services.log({
    level: agent === null ? "error" : "warn",
    event: "webhook_failed",
    reason: judged.reason,
    detail: judged.detail ?? null,
    publishable_key_id: visit.key.row.number,
    has_fallback: agent !== null,
  });
  if (agent === null) {
    throw new HubError("agent_unavailable", {
      detail: "The webhook of this key chose no agent, and there is no fallback agent",
      hint: "The hub's log has the reason: event webhook_failed",
    });
  }
  return { agent, prompt: null, voice: null };
}

/** Whom a page shows before the webhook is asked: the fallback agent, or null. */
export async function agentBeforeWebhook(services: Services, accountId: number): Promise<AgentRow | null> {
  return fallbackAgent(
    services,
    accountId,
    await loadWebhookSettings(services.db, accountId, services.clock),
  );
}
