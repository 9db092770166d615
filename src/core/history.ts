// Owns whether an earlier conversation is expected. What fetches it is loaded when there is one.
import type { HistoryState } from "./handle.ts";
import { NO_HISTORY } from "./no-history.ts";
import type { PastOnDemand } from "./past-on-demand.ts";
import { type FoyerProblem, UNLOADED } from "./problem.ts";
import type { Signal } from "./signal.ts";

export class History {
  readonly #state: Signal<HistoryState>;
  readonly #past: PastOnDemand;
  readonly #revive: () => void;
  #ending = new AbortController();
  #isLoading = false;

  /**
   * @param state where it is shown; `loading` means that a past is expected.
   * @param revive forgets why the visitor could not be recognised.
   */
  constructor(state: Signal<HistoryState>, past: PastOnDemand, revive: () => void) {
    this.#state = state;
    this.#past = past;
    this.#revive = revive;
  }

  /** It is settled who the visitor is: fetches what is awaited, or nothing for somebody new. */
  visitorSettled(isKnown: boolean): void {
    const { kind } = this.#state.peek();
    if (kind !== "loading" && kind !== "failed") return;
    if (isKnown) void this.load();
    else this.#state.value = NO_HISTORY;
  }

  /** The visitor cannot be recognised at present, so nothing can be fetched. */
  visitorUnknown(problem: FoyerProblem): void {
    if (this.#state.peek().kind === "loading" && !this.#isLoading)
      this.#state.value = { kind: "failed", problem };
  }

  /** Fetches the newest messages, with a few quick tries; `quiet` shows only what came of it. */
  readonly load = async (how: "shown" | "quiet" = "shown"): Promise<void> => {
    if (this.#isLoading) return;
    const { signal } = this.#ending;
    this.#isLoading = true;
    if (how === "shown" && this.#past.current() === null) this.#state.value = { kind: "loading" };
    const past = await this.#past.load().catch(() => null);
    if (signal.aborted) return;
    if (past !== null) await past.pages.load(how);
    else if (how === "shown") this.#state.value = { kind: "failed", problem: UNLOADED };
    if (!signal.aborted) this.#isLoading = false;
  };

  /** Fetches the page above the oldest message fetched so far; the newest, when even that could not be had. */
  loadOlder(): void {
    if (this.#state.peek().kind === "failed") {
      this.#revive();
      void this.load();
    } else void this.#past.current()?.pages.loadOlder();
  }

  /** Another conversation is shown from now on: what is under way for the one before is dropped. */
  restart(): void {
    this.dispose();
    this.#ending = new AbortController();
    this.#isLoading = false;
    this.#past.current()?.pages.restart();
    this.#state.value = NO_HISTORY;
  }

  dispose(): void {
    this.#ending.abort();
    this.#past.current()?.pages.dispose();
  }
}
