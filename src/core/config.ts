// Owns fetching the bootstrap config where the page did not hand it over. Knows no session.
import type { Signal } from "./signal.ts";
import { parseConfig, type WidgetConfig } from "../protocol/config.ts";
import { WIDGET_PATHS } from "../protocol/paths.ts";
import type { Environment } from "./environment.ts";
import { fetchJson } from "./http.ts";
import type { Options } from "./options.ts";
import { type FoyerProblem, type Outcome, localProblem } from "./problem.ts";
import { judge } from "./retry.ts";
import { sleep } from "./schedule.ts";

export interface BootstrapDeps {
  env: Environment;
  options: Options;
  /** Where the config is shown. */
  config: Signal<WidgetConfig | null>;
  /** Told on the first of several tries, and when there will be no more. */
  onProblem(problem: FoyerProblem): void;
}

export class Bootstrap {
  readonly #deps: BootstrapDeps;
  readonly #ending = new AbortController();
  #isLoading = false;

  constructor(deps: BootstrapDeps) {
    this.#deps = deps;
  }

  /** Fetches the config unless it is there, at most 8 tries while the failure is a passing one. */
  async load(): Promise<void> {
    const { env, config, onProblem } = this.#deps;
    if (config.peek() !== null || this.#isLoading) return;
    const { signal } = this.#ending;
    this.#isLoading = true;
    for (let attempt = 0; !signal.aborted; attempt++) {
      const outcome = await this.#fetch();
      if (signal.aborted) break;
      if (outcome.kind === "ok") {
        config.value = outcome.value;
        break;
      }
      const verdict = judge("bootstrap", outcome.problem, attempt, env.random);
      if (attempt === 0 || verdict.kind !== "retry") onProblem(outcome.problem);
      if (verdict.kind !== "retry") break;
      await sleep(env, verdict.delayMs, signal);
    }
    this.#isLoading = false;
  }

  dispose(): void {
    this.#ending.abort();
  }

  async #fetch(): Promise<Outcome<WidgetConfig>> {
    const { clientKey, agent, apiUrl } = this.#deps.options;
    const query = new URLSearchParams({ client_key: clientKey, ...(agent === null ? {} : { agent }) });
    const url = `${apiUrl}${WIDGET_PATHS.config}?${query}`;
    const request = { method: "GET", url, signal: this.#ending.signal } as const;
    const outcome = await fetchJson(this.#deps.env, request, parseConfig);
    if (outcome.kind === "ok" || outcome.problem.code !== "bad_answer") return outcome;
    const unreadable = localProblem("config_invalid", "the hub's config cannot be read", true);
    return { kind: "failed", problem: { ...outcome.problem, ...unreadable } };
  }
}
