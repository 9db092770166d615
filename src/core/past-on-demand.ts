// Owns when the part for what was said before is loaded.
import type { Environment } from "./environment.ts";
import type { HistoryState, TurnState } from "./handle.ts";
import type { Outgoing } from "./deliver.ts";
import { onDemand } from "./on-demand.ts";
import type { Page } from "./page.ts";
import type { Past } from "./past.ts";
import type { ConversationEvent } from "./reduce.ts";
import type { Signal } from "./signal.ts";
import type { Transcript } from "./transcript.ts";
import type { Transport } from "./transport.ts";
import type { tried } from "./tried.ts";
import type { Visit } from "./visit.ts";

export interface PastDeps {
  env: Environment;
  page: Page;
  visit: Visit;
  /** Logged-in visitors have threads from other devices too. */
  isUser: boolean;
  /** Where the state of the history is shown; `loading` means that a past is expected. */
  history: Signal<HistoryState>;
  turn: Signal<TurnState>;
  transcript: Transcript;
  transport: Transport;
  /** Aborted once nothing is shown any more. */
  ending: AbortSignal;
  dispatch(event: ConversationEvent): void;
  ask(message: Outgoing): void;
  /** What the engine has: with it, this part needs no module of the plain part. */
  tried: typeof tried;
  /** Follows a run that the hub still holds. */
  follow(runId: string, messageId: string): void;
}

export interface PastOnDemand {
  /** Null before it was needed. */
  current(): Past | null;
  /** Rejects where it cannot be loaded. */
  load(): Promise<Past>;
}

/** Not to be imported by what may run without the engine: the part would no longer lean on it. */
export const importPast = () => import("./past.ts");

export function createPastOnDemand(deps: PastDeps): PastOnDemand {
  let past: Past | null = null;
  return {
    current: () => past,
    load: onDemand(async () => {
      // Some browsers remember for ever that a module could not be loaded, so offline it is not tried.
      await deps.page.whenOnline(deps.ending);
      const { createPast } = await importPast();
      return (past = createPast(deps));
    }),
  };
}
