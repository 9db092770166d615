// Owns the list of what a session is given, and what may be asked of it.
import type { Means } from "./acquire.ts";
import type { Environment, StorageKind } from "./environment.ts";
import type { SessionState, Visitor } from "./handle.ts";
import type { Handshake } from "./handshake.ts";
import type { FoyerProblem } from "./problem.ts";
import type { ReadonlySignal, Signal } from "./signal.ts";
import type { Tabs } from "./tabs.ts";
import type { Visit } from "./visit.ts";

/** R24: what to do about a token that the hub refused. */
export type Remedy = "refresh" | "rehandshake";

export interface SessionDeps {
  env: Environment;
  /** Where the state is shown. */
  state: Signal<SessionState>;
  handshake: Handshake;
  visit: Visit;
  tabs: Tabs;
  storage: StorageKind;
  /** What the visitor can be recognised by, to begin with. */
  means: Omit<Means, "refreshToken">;
  online: ReadonlySignal<boolean>;
  /** First failure of a series, and every terminal one. */
  onProblem(problem: FoyerProblem): void;
  /** A visitor is known: after a start, and after each change of visitor. Null: who was known is not any more. */
  onVisitor(visitor: Visitor | null): void;
  /** Another tab logged this visitor out. */
  onLogout(): void;
}
