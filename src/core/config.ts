// Owns fetching the bootstrap config; a chunk of its own, for the tag hands it over. Knows no session.
import type { Signal } from "./signal.ts";
import { parseConfig, type WidgetConfig } from "../protocol/config.ts";
import { WIDGET_PATHS } from "../protocol/paths.ts";
import type { Environment } from "./environment.ts";
import { fetchJson } from "./http.ts";
import type { Options } from "./options.ts";
import { type FoyerProblem, type Outcome, localProblem } from "./problem.ts";
import { judge } from "./retry.ts";
import { sleep } from "./schedule.ts";

export interface ConfigDeps {
  env: Environment;
  options: Options;
  /** Where the config is shown. */
  config: Signal<WidgetConfig | null>;
  signal: AbortSignal;
  /** Told on the first of several tries, and when there will be no more. */
  onProblem(problem: FoyerProblem): void;
}

async function fetchConfig({ env, options, signal }: ConfigDeps): Promise<Outcome<WidgetConfig>> {
  const { clientKey, agent, apiUrl } = options;
  const query = new URLSearchParams({ client_key: clientKey, ...(agent === null ? {} : { agent }) });
  const url = `${apiUrl}${WIDGET_PATHS.config}?${query}`;
  const outcome = await fetchJson(env, { method: "GET", url, signal }, parseConfig);
  if (outcome.kind === "ok" || outcome.problem.code !== "bad_answer") return outcome;
  const unreadable = localProblem("config_invalid", "the hub's config cannot be read", true);
  return { kind: "failed", problem: { ...outcome.problem, ...unreadable } };
}

/** Fetches the config, with at most 8 tries while the failure is a passing one. */
export async function loadConfig(deps: ConfigDeps): Promise<void> {
  const { env, config, signal, onProblem } = deps;
  for (let attempt = 0; !signal.aborted; attempt++) {
    const outcome = await fetchConfig(deps);
    if (signal.aborted) return;
    if (outcome.kind === "ok") {
      config.value = outcome.value;
      return;
    }
    const verdict = judge("bootstrap", outcome.problem, attempt, env.random);
    if (attempt === 0 || verdict.kind !== "retry") onProblem(outcome.problem);
    if (verdict.kind !== "retry") return;
    await sleep(env, verdict.delayMs, signal);
  }
}
