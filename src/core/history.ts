// Owns bringing back an earlier conversation. Knows no view; the messages go to whoever keeps them.
import type { Signal } from "./signal.ts";
import type { StoredMessage } from "../protocol/chat.ts";
import type { Environment } from "./environment.ts";
import type { HistoryState } from "./handle.ts";
import { type FoyerProblem, type Outcome, ok } from "./problem.ts";
import { judge } from "./retry.ts";
import { sleep } from "./schedule.ts";
import type { Transport } from "./transport.ts";
import type { Visit } from "./visit.ts";

export interface HistoryDeps {
  env: Environment;
  /** Where the state is shown; `loading` means that a past is expected. */
  state: Signal<HistoryState>;
  transport: Transport;
  visit: Visit;
  /** Logged-in visitors have threads from other devices too. */
  isUser: boolean;
  onLoaded(messages: readonly StoredMessage[]): void;
}

export class History {
  readonly #deps: HistoryDeps;
  readonly #state: Signal<HistoryState>;
  readonly #ending = new AbortController();
  #isFetching = false;

  constructor(deps: HistoryDeps) {
    this.#deps = deps;
    this.#state = deps.state;
  }

  /** It is settled who the visitor is: fetches what is awaited, or nothing for somebody new. */
  visitorSettled(isKnown: boolean): void {
    const { kind } = this.#state.peek();
    if (kind !== "loading" && kind !== "failed") return;
    if (isKnown) void this.load();
    else this.#state.value = { kind: "ready" };
  }

  /** The visitor cannot be recognised at present, so nothing can be fetched. */
  visitorUnknown(problem: FoyerProblem): void {
    if (this.#state.peek().kind === "loading" && !this.#isFetching)
      this.#state.value = { kind: "failed", problem };
  }

  /** Fetches the newest messages, with a few quick tries. */
  async load(): Promise<void> {
    if (this.#isFetching) return;
    const { env, onLoaded } = this.#deps;
    const { signal } = this.#ending;
    this.#isFetching = true;
    this.#state.value = { kind: "loading" };
    let outcome = await this.#fetch();
    for (let attempt = 0; outcome.kind === "failed"; attempt++) {
      const verdict = judge("send", outcome.problem, attempt, env.random);
      if (verdict.kind !== "retry" || signal.aborted) break;
      await sleep(env, verdict.delayMs, signal);
      outcome = await this.#fetch();
    }
    this.#isFetching = false;
    if (signal.aborted) return;
    if (outcome.kind === "ok") onLoaded(outcome.value);
    this.#state.value =
      outcome.kind === "ok" ? { kind: "ready" } : { kind: "failed", problem: outcome.problem };
  }

  dispose(): void {
    this.#ending.abort();
  }

  async #fetch(): Promise<Outcome<readonly StoredMessage[]>> {
    const { visit, transport, isUser } = this.#deps;
    const { signal } = this.#ending;
    if (visit.threadId === null && isUser) {
      const threads = await transport.threads(signal);
      if (threads.kind === "failed") return threads;
      const newest = threads.value[0];
      if (newest !== undefined) visit.continue(newest.id);
    }
    if (visit.threadId === null) return ok([]);
    const page = await transport.messages(visit.threadId, signal);
    if (page.kind === "ok") return ok(page.value.messages);
    if (page.problem.status !== 404) return page;
    visit.forgetThread();
    return ok([]);
  }
}
