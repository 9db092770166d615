// Owns the list of what the endpoints share. Built once by hub.ts, handed to every route table.
import type { AgentKey } from "./agents/keys.ts";
import type { RunRegistry } from "./chat/registry.ts";
import type { HubClock } from "./clock.ts";
import type { HubLog } from "./log.ts";
import type { Limits } from "./limits/limits.ts";
import type { Metrics } from "./operations/metrics.ts";
import type { SessionTidy } from "./sessions/tidy.ts";
import type { Crowd } from "./store/crowd.ts";
import type { Database } from "./store/database.ts";
import type { SigningKeys } from "./tokens/signing.ts";
import type { Tokens } from "./tokens/tokens.ts";
import type { WebhookNetwork } from "./webhook/network.ts";

/** The one part that changes while a hub lives. */
export interface Lifecycle {
  /** It answers what it has begun, and wants no more. */
  isStopping: boolean;
  /** SHA-256 of the token that reads the metrics; null: this machine reads them without one. */
  readonly metricsTokenDigest: string | null;
}

export interface Services {
  db: Database;
  crowd: Crowd;
  sessionTidy: SessionTidy;
  limits: Limits;
  metrics: Metrics;
  lifecycle: Lifecycle;
  clock: HubClock;
  log: HubLog;
  signing: SigningKeys;
  tokens: Tokens;
  runs: RunRegistry;
  /** How webhooks are reached, and whether they may be on private addresses. */
  webhooks: { network: WebhookNetwork; allowPrivate: boolean };
  /** Keys that agents may use towards their models. */
  agentKeys: readonly AgentKey[];
  /** Lifetime of session tokens, seconds. */
  sessionTtlS: number;
}
