// Owns the composition of the hub: opens the store, builds the services in order, closes them in reverse.
import type { CreatedOrg } from "../protocol/orgs.ts";
import type { AgentKey } from "./agents/keys.ts";
import { createApp } from "./app.ts";
import { createRunRegistry } from "./chat/registry.ts";
import { loseAllRuns, tidyRuns } from "./chat/run-store.ts";
import { systemClock } from "./clock.ts";
import type { HubClock } from "./clock.ts";
import type { Connection } from "./http/peer.ts";
import { createDamage } from "./faults/damage.ts";
import type { Damage } from "./faults/damage.ts";
import { createLimits } from "./limits/limits.ts";
import type { LimitOptions } from "./limits/rules.ts";
import { createOrg } from "./orgs.ts";
import { redactingLog } from "./log.ts";
import type { HubLog } from "./log.ts";
import { createGuard } from "./operations/guard.ts";
import { createMetrics } from "./operations/metrics.ts";
import { seedDemo } from "./seed.ts";
import type { DemoSeed } from "./seed.ts";
import type { Services } from "./services.ts";
import { createSessionTidy } from "./sessions/tidy.ts";
import { createCrowd } from "./store/crowd.ts";
import { openStore } from "./store/database.ts";
import type { DatabaseOptions } from "./store/database.ts";
import { digest } from "./tokens/opaque.ts";
import { MAX_SESSION_TTL_S, loadSigningKeys } from "./tokens/signing.ts";
import { createTokens } from "./tokens/tokens.ts";
import { systemNetwork } from "./webhook/network.ts";
import type { WebhookNetwork } from "./webhook/network.ts";

export type { HubClock } from "./clock.ts";
export type { HubLogLine } from "./log.ts";
export type { DemoSeed } from "./seed.ts";

export interface HubOptions {
  /** Embedded in memory or in a folder, or an external PostgreSQL. */
  database: DatabaseOptions;
  /** Issuer and audience of tokens: the base URL under which pages reach the hub, e.g. `http://127.0.0.1:8787`. */
  publicUrl: string;
  /** Lifetime of session tokens, 1 to 86,400 seconds. @default 300 */
  sessionTtlS?: number;
  /** Folder with the built widget (`foyer.js`, and a folder of parts for each build); null serves no files. @default null */
  assetsDir?: string | null;
  /** Folder with the generated SQL. @default `migrations` beside the module that opens the store */
  migrationsDir?: string;
  /** @default the machine's clock */
  clock?: HubClock;
  /** For development: webhooks on private addresses and any port, and over http on this machine. @default false */
  allowPrivateWebhooks?: boolean;
  /** @default the machine's resolver and sockets */
  webhookNetwork?: WebhookNetwork;
  /** Keys that agents of the kind `openai` may use, and where each may be sent. @default none */
  agentKeys?: readonly AgentKey[];
  /** Rate limits. @default "on" */
  limits?: LimitOptions;
  /** Whether the last entry of X-Forwarded-For, written by your own proxy, is the visitor's address. @default false */
  trustProxy?: boolean;
  /** Host names under which the hub is reached, besides that of `publicUrl` and this machine's own. @default none */
  publicHosts?: readonly string[];
  /** Who shows it reads `/metrics`. @default none: callers on this machine read them */
  metricsToken?: string;
  /** Takes structured lines without secrets. @default silent */
  log?: HubLog;
}

export interface Hub {
  /** Answers one request. Never rejects. `connection` says where it came from. */
  fetch(request: Request, connection?: Connection): Promise<Response>;
  /** Creates the account `demo` or finds it again; the same keys after a restart on the same store. */
  seedDemo(input: { demoOrigin: string }): Promise<DemoSeed>;
  /**
   * Creates an account of its own and its first secret key, which is shown only here.
   * @throws HubError `invalid_request` when the slug is taken.
   */
  createOrg(input: { slug: string }): Promise<CreatedOrg>;
  /** What faults do to stored sessions and keys. No request of this hub's own routes reaches it. */
  readonly damage: Damage;
  /** From now on `/readyz` says no. Waits up to `graceMs` for the answers being made, then stops the rest. */
  drain(graceMs: number): Promise<void>;
  /** Stops the answers being made, then closes the store. */
  close(): Promise<void>;
}

const DEFAULT_SESSION_TTL_S = 300;

/**
 * Builds a hub.
 * @throws StoreError (`code`: data_dir_locked, data_dir_unwritable, database_unreachable) when the store cannot be opened,
 * RangeError for a lifetime or a limit out of bounds.
 */
export async function createHub(options: HubOptions): Promise<Hub> {
  const clock = options.clock ?? systemClock();
  const log = options.log === undefined ? () => {} : redactingLog(options.log);
  const sessionTtlS = options.sessionTtlS ?? DEFAULT_SESSION_TTL_S;
  if (!(sessionTtlS >= 1 && sessionTtlS <= MAX_SESSION_TTL_S)) {
    throw new RangeError(`sessionTtlS must be 1 to ${MAX_SESSION_TTL_S}`);
  }
  const store = await openStore(options.database, options.migrationsDir);
  const signing = await loadSigningKeys(store.db, clock);
  const isShared = options.database.kind === "postgres";
  if (!isShared) await loseAllRuns(store.db);
  await tidyRuns(store.db, clock);
  const runs = createRunRegistry({ db: store.db, clock, log, isShared });
  const metricsToken = options.metricsToken ?? null;
  const services: Services = {
    db: store.db,
    crowd: createCrowd(store.db, clock, isShared),
    sessionTidy: createSessionTidy(store.db, clock, log),
    limits: createLimits(options.limits ?? "on", store.pool),
    clock,
    log,
    signing,
    tokens: createTokens(signing, clock, options.publicUrl),
    runs,
    metrics: createMetrics(() => runs.liveCount),
    lifecycle: {
      isStopping: false,
      metricsTokenDigest: metricsToken === null ? null : digest(metricsToken),
    },
    webhooks: {
      network: options.webhookNetwork ?? systemNetwork(),
      allowPrivate: options.allowPrivateWebhooks ?? false,
    },
    agentKeys: options.agentKeys ?? [],
    sessionTtlS,
  };
  return {
    fetch: createApp(services, {
      assetsDir: options.assetsDir ?? null,
      isProxyTrusted: options.trustProxy ?? false,
      guard: createGuard(options.publicUrl, options.publicHosts ?? []),
    }),
    damage: createDamage(services),
    createOrg: ({ slug }) => createOrg(services, { slug, ownerId: null }),
    seedDemo: ({ demoOrigin }) => seedDemo(services, demoOrigin).finally(services.crowd.forget),
    drain(graceMs) {
      services.lifecycle.isStopping = true;
      return runs.close(graceMs);
    },
    async close() {
      await runs.close(0);
      await services.sessionTidy.close();
      await services.crowd.settleAll();
      await store.close();
    },
  };
}
