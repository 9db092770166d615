// Owns fetching the bootstrap config; a chunk of its own, for the tag hands it over. Knows no session.
import type { Signal } from "./signal.ts";
import { parseConfig, type WidgetConfig } from "../protocol/config.ts";
import type { Environment } from "./environment.ts";
import type { fetchJson } from "./http.ts";
import type { Options } from "./options.ts";
import { type FoyerProblem, type Outcome, localProblem } from "./problem.ts";
import type { judge } from "./retry.ts";
import type { sleep } from "./sleep.ts";

export interface ConfigDeps {
  env: Environment;
  options: Options;
  /** Where the config is shown. */
  config: Signal<WidgetConfig | null>;
  signal: AbortSignal;
  /** Told on the first of several tries, and when there will be no more. */
  onProblem(problem: FoyerProblem): void;
  path: string;
  // What the engine has, so that this part needs no module of it.
  fetchJson: typeof fetchJson;
  judge: typeof judge;
  sleep: typeof sleep;
}

async function fetchConfig({
  env,
  options,
  path,
  signal,
  fetchJson: ask,
}: ConfigDeps): Promise<Outcome<WidgetConfig>> {
  const { clientKey, agent, apiUrl } = options;
  const query = new URLSearchParams({ client_key: clientKey, ...(agent === null ? {} : { agent }) });
  const url = `${apiUrl}${path}?${query}`;
  const outcome = await ask(env, { method: "GET", url, signal }, parseConfig);
  if (outcome.kind === "ok" || outcome.problem.code !== "bad_answer") return outcome;
  const unreadable = localProblem("config_invalid", "the hub's config cannot be read", true);
  return { kind: "failed", problem: { ...outcome.problem, ...unreadable } };
}

/** Fetches the config, with at most 8 tries while the failure is a passing one. */
export async function loadConfig(deps: ConfigDeps): Promise<void> {
  const { env, config, signal, onProblem, judge: judgeOf, sleep: pause } = deps;
  for (let attempt = 0; !signal.aborted; attempt++) {
    const outcome = await fetchConfig(deps);
    if (signal.aborted) return;
    if (outcome.kind === "ok") {
      config.value = outcome.value;
      return;
    }
    const verdict = judgeOf("bootstrap", outcome.problem, attempt, env.random);
    if (attempt === 0 || verdict.kind !== "retry") onProblem(outcome.problem);
    if (verdict.kind !== "retry") return;
    await pause(env, verdict.delayMs, signal);
  }
}
