// Owns the list of what the engine goes on with where a conversation began without it.
import type { Outgoing } from "./deliver.ts";
import type { FoyerProblem, Outcome } from "./problem.ts";
import type { AnswerEvent } from "./reduce-answer.ts";
import type { Run } from "./run.ts";
import type { Credentials, SessionRequest } from "./session-request.ts";
import type { StreamSink } from "./stream-run.ts";

/** A message on its way, or its answer. */
export interface LiveTurn {
  message: Outgoing;
  run: Run;
  controller: AbortController;
  /** Gets the events from now on. */
  sink: StreamSink;
  /** What became of the stream; null: there was none yet. */
  outcome: Promise<Outcome<null>> | null;
}

/** What the engine goes on with. */
export interface Legacy {
  /** Null: nobody is known yet. */
  credentials: Credentials | null;
  readonly threadId: string;
  /** A message that is not answered to the end. Its stream goes on. */
  turn: LiveTurn | null;
  /** Why the hub makes no guest. */
  refusal: FoyerProblem | null;
  /** Events that only the engine can read. */
  readonly late: AnswerEvent[];
  /** Another page of this visitor is there. */
  isShared: boolean;
  readonly request: SessionRequest;
}
