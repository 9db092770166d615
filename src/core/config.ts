// Owns getting the bootstrap config: handed over by the page, or fetched with retries. Knows no session.
import { signal as createSignal, type ReadonlySignal } from "@preact/signals-core";
import { parseConfig, type WidgetConfig } from "../protocol/config.ts";
import { WIDGET_PATHS } from "../protocol/paths.ts";
import type { Environment } from "./environment.ts";
import { fetchJson } from "./http.ts";
import type { Options } from "./options.ts";
import { type FoyerProblem, type Outcome, localProblem } from "./problem.ts";
import { judge } from "./retry.ts";
import { sleep } from "./schedule.ts";

export class Bootstrap {
  readonly #env: Environment;
  readonly #options: Options;
  /** Told on the first of several tries, and when there will be no more. */
  readonly #onProblem: (problem: FoyerProblem) => void;
  readonly #config;
  readonly #ending = new AbortController();
  #isLoading = false;

  constructor(env: Environment, options: Options, onProblem: (problem: FoyerProblem) => void) {
    this.#env = env;
    this.#options = options;
    this.#onProblem = onProblem;
    // A config that is damaged beyond use counts as none.
    this.#config = createSignal<WidgetConfig | null>(parseConfig(options.config));
  }

  get config(): ReadonlySignal<WidgetConfig | null> {
    return this.#config;
  }

  /** Fetches the config unless it is there, at most 8 tries while the failure is a passing one. */
  async load(): Promise<void> {
    if (this.#config.peek() !== null || this.#isLoading) return;
    const { signal } = this.#ending;
    this.#isLoading = true;
    for (let attempt = 0; !signal.aborted; attempt++) {
      const outcome = await this.#fetch();
      if (signal.aborted) break;
      if (outcome.kind === "ok") {
        this.#config.value = outcome.value;
        break;
      }
      const verdict = judge("bootstrap", outcome.problem, attempt, this.#env.random);
      if (attempt === 0 || verdict.kind !== "retry") this.#onProblem(outcome.problem);
      if (verdict.kind !== "retry") break;
      await sleep(this.#env, verdict.delayMs, signal);
    }
    this.#isLoading = false;
  }

  dispose(): void {
    this.#ending.abort();
  }

  async #fetch(): Promise<Outcome<WidgetConfig>> {
    const { clientKey, agent, apiUrl } = this.#options;
    const query = new URLSearchParams({ client_key: clientKey, ...(agent === null ? {} : { agent }) });
    const url = `${apiUrl}${WIDGET_PATHS.config}?${query}`;
    const request = { method: "GET", url, signal: this.#ending.signal } as const;
    const outcome = await fetchJson(this.#env, request, parseConfig);
    if (outcome.kind === "ok" || outcome.problem.code !== "bad_answer") return outcome;
    const unreadable = localProblem("config_invalid", "the hub's config cannot be read", true);
    return { kind: "failed", problem: { ...outcome.problem, ...unreadable } };
  }
}
