// Owns when the draft of a guest is written down as long as there is no engine that does.
import type { Environment } from "./environment.ts";
import type { Options } from "./options.ts";
import { keepDraft } from "./record.ts";
import type { ReadonlySignal } from "./signal.ts";

const DELAY_MS = 500;

export interface DraftKeeper {
  /** Writes at once what waits to be written. */
  flush(): void;
  /** The same, and nothing after it. */
  end(): void;
}

/** @param mayKeep whether the guest has talked here: of others nothing is kept */
export function createDraftKeeper(
  env: Environment,
  options: Options,
  draft: ReadonlySignal<string>,
  mayKeep: () => boolean,
): DraftKeeper {
  let clearTimer: (() => void) | null = null;
  const flush = (): void => {
    if (clearTimer === null) return;
    clearTimer();
    clearTimer = null;
    keepDraft(env, options, draft.peek());
  };
  const stop = draft.subscribe(() => {
    if (mayKeep()) clearTimer ??= env.setTimer(flush, DELAY_MS);
  });
  return {
    flush,
    end() {
      stop();
      flush();
    },
  };
}
