// Owns the lists of what a plain conversation is given, and of what the engine goes on with from there.
import type { Outgoing } from "./deliver.ts";
import type { EngineSignals } from "./engine.ts";
import type { Environment } from "./environment.ts";
import type { Options } from "./options.ts";
import type { Page } from "./page.ts";
import type { FoyerProblem, Outcome } from "./problem.ts";
import type { AnswerEvent } from "./reduce-answer.ts";
import type { Run } from "./run.ts";
import type { Credentials, SessionRequest } from "./session-request.ts";
import type { StreamSink } from "./stream-run.ts";
import type { Transcript } from "./transcript.ts";

export interface PlainDeps {
  env: Environment;
  options: Options;
  page: Page;
  transcript: Transcript;
  signals: EngineSignals;
  /** Asks for the engine. @param onFailure told where it cannot be had */
  call(onFailure: (problem: FoyerProblem) => void): void;
}

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
  /** What came beside the text of the answer that is not over. */
  late: AnswerEvent[];
  /** Another page of this visitor is there. */
  isShared: boolean;
  readonly request: SessionRequest;
}
