// Owns what `foyer serve` accepts to run with: flags and environment in, settings or the list of what is wrong out.
import type { AgentKey } from "../hub/agents/keys.ts";
import type { HubOptions } from "../hub/hub.ts";
import { LIMIT_NAMES, type LimitNumbers } from "../hub/limits/rules.ts";
import { parseAgentKeys } from "./agent-keys.ts";

export interface ServeFlags {
  port: number;
  host: string;
  data?: string;
  databaseUrl?: string;
  publicUrl?: string;
  publicHost?: string[];
  trustProxy?: true;
  sessionTtl: number;
  limit?: string[];
  /** Belongs to `foyer dev`; read here only to be refused. */
  faults?: string;
}

export type ServeSettings = Required<
  Pick<
    HubOptions,
    "database" | "publicUrl" | "publicHosts" | "trustProxy" | "sessionTtlS" | "limits" | "agentKeys"
  >
> & { metricsToken: string | null };

/** A setting with which the hub does not start: a stable code and one line that says what to do. */
export interface WeakSetting {
  code: string;
  message: string;
}

const MAX_TTL_S = 3600;
const MIN_TOKEN_LENGTH = 20;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

type Checked<T> = { kind: "ok"; value: T } | ({ kind: "weak" } & WeakSetting);

const ok = <T>(value: T): Checked<T> => ({ kind: "ok", value });
const weak = (code: string, message: string): Checked<never> => ({ kind: "weak", code, message });

function checkDatabase({ data, databaseUrl }: ServeFlags): Checked<HubOptions["database"]> {
  if (data !== undefined && databaseUrl !== undefined)
    return weak("two_databases", "both --data and DATABASE_URL are set: keep the one that is meant");
  if (databaseUrl !== undefined) {
    return /^postgres(?:ql)?:\/\/./.test(databaseUrl)
      ? ok({ kind: "postgres", url: databaseUrl })
      : weak("invalid_database_url", "DATABASE_URL must be postgres://user:password@host/database");
  }
  if (data === undefined || data === "")
    return weak(
      "missing_database",
      "no database: set DATABASE_URL, or give --data <dir> to keep it in a folder",
    );
  if (data === "memory")
    return weak(
      "memory_database",
      "a database in memory forgets every key and conversation: give --data <dir>",
    );
  return ok({ kind: "dir", path: data });
}

function checkPublicUrl(value: string | undefined): Checked<string> {
  if (value === undefined || value === "") {
    return weak("missing_public_url", "set FOYER_PUBLIC_URL to the URL under which pages reach this hub");
  }
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || !/^https?:\/\/[^/?#@]+\/?$/.test(value)) {
    return weak("invalid_public_url", "the public URL must be an origin such as https://chat.example.com");
  }
  if (url.protocol === "http:" && !LOOPBACK.test(url.hostname)) {
    return weak("insecure_public_url", `tokens would travel in the clear to ${url.origin}: use https`);
  }
  return ok(url.origin);
}

function checkTtl(seconds: number): Checked<number> {
  return seconds <= MAX_TTL_S
    ? ok(seconds)
    : weak(
        "long_session_ttl",
        `a stolen token would live ${seconds} s: --session-ttl takes ${MAX_TTL_S} at most`,
      );
}

function checkMetricsToken(token: string | undefined): Checked<string | null> {
  if (token === undefined || token === "") return ok(null);
  return token.length >= MIN_TOKEN_LENGTH
    ? ok(token)
    : weak("weak_metrics_token", `FOYER_METRICS_TOKEN needs ${MIN_TOKEN_LENGTH} characters or more`);
}

function checkAgentKeys(env: Record<string, string | undefined>): Checked<readonly AgentKey[]> {
  const keys = parseAgentKeys(env["FOYER_AGENT_KEYS"], env);
  return typeof keys === "string" ? weak("invalid_agent_keys", keys) : ok(keys);
}

function checkFaults(file: string | undefined): Checked<null> {
  return file === undefined
    ? ok(null)
    : weak("faults_in_production", "faults would hit real visitors: --faults is for `foyer dev`");
}

/** `keyPerMinute=1200` entries as numbers. */
function checkLimits(entries: readonly string[]): Checked<Partial<LimitNumbers>> {
  const limits: Partial<LimitNumbers> = {};
  for (const entry of entries) {
    const [, given, number] = /^(\w+)=([1-9]\d{0,8})$/.exec(entry) ?? [];
    const name = LIMIT_NAMES.find((known) => known === given);
    if (name === undefined)
      return weak("invalid_limit", `--limit takes <name>=<number>, the names are ${LIMIT_NAMES.join(", ")}`);
    limits[name] = Number(number);
  }
  return ok(limits);
}

const isWeak = <T>(checked: Checked<T>): checked is Extract<Checked<T>, { kind: "weak" }> =>
  checked.kind === "weak";

/** @param env where the metrics token and the keys of agents come from: secrets are not given as flags. */
export function checkServeSettings(
  flags: ServeFlags,
  env: Record<string, string | undefined>,
): { kind: "ok"; settings: ServeSettings } | { kind: "weak"; problems: WeakSetting[] } {
  const database = checkDatabase(flags);
  const publicUrl = checkPublicUrl(flags.publicUrl);
  const ttl = checkTtl(flags.sessionTtl);
  const metricsToken = checkMetricsToken(env["FOYER_METRICS_TOKEN"]);
  const limits = checkLimits(flags.limit ?? []);
  const agentKeys = checkAgentKeys(env);
  const faults = checkFaults(flags.faults);
  if (
    isWeak(database) ||
    isWeak(publicUrl) ||
    isWeak(ttl) ||
    isWeak(metricsToken) ||
    isWeak(limits) ||
    isWeak(agentKeys) ||
    isWeak(faults)
  ) {
    const problems = [database, publicUrl, ttl, metricsToken, limits, agentKeys, faults].filter(
      (check) => check.kind === "weak",
    );
    return { kind: "weak", problems: problems.map(({ code, message }) => ({ code, message })) };
  }
  return {
    kind: "ok",
    settings: {
      database: database.value,
      publicUrl: publicUrl.value,
      publicHosts: flags.publicHost ?? [],
      trustProxy: flags.trustProxy ?? false,
      sessionTtlS: ttl.value,
      limits: limits.value,
      agentKeys: agentKeys.value,
      metricsToken: metricsToken.value,
    },
  };
}
