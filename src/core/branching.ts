// Owns when the part for edits, further answers, branches and ratings is loaded, and what has to be known without it.
import type { ForwardedProps, StoredMessage } from "../protocol/chat.ts";
import { MESSAGE_MAX_LENGTH } from "../protocol/limits.ts";
import type { BranchPart } from "./branch-part.ts";
import type { Outgoing } from "./deliver.ts";
import type { Environment } from "./environment.ts";
import type { TurnState, Widget } from "./handle.ts";
import type { Page } from "./page.ts";
import { type Outcome, UNLOADED } from "./problem.ts";
import type { ConversationEvent } from "./reduce.ts";
import type { Signal } from "./signal.ts";
import type { Transcript } from "./transcript.ts";
import type { Transport } from "./transport.ts";

export interface BranchDeps {
  env: Environment;
  page: Page;
  turn: Signal<TurnState>;
  transcript: Transcript;
  transport: Transport;
  /** Aborted once nothing is shown any more. */
  ending: AbortSignal;
  dispatch(event: ConversationEvent): void;
  ask(message: Outgoing): void;
  /** Fetches and shows the newest branch through a message; null: not now. */
  load(id: string): Promise<Outcome<readonly StoredMessage[]> | null>;
}

export type Branching = Pick<Widget, "regenerate" | "edit" | "selectBranch" | "rate"> & {
  /** Sees every event after the conversation has changed by it. */
  follow(event: ConversationEvent): void;
  /** A page has been put into the conversation. */
  loaded(page: readonly StoredMessage[]): void;
  undo(id: string): void;
  isWaiting(id: string): boolean;
  orderFor(id: string): ForwardedProps;
};

/** The part, once it is asked for. */
function createLoader(deps: BranchDeps) {
  const { transcript, ending } = deps;
  let part: BranchPart | null = null;
  const load = async (): Promise<BranchPart> => {
    const { createBranchPart } = await import("./branch-part.ts");
    return (part ??= createBranchPart(deps));
  };
  return {
    current: () => part,
    load,
    /** At once where the part is there, else as soon as it is. */
    use(id: string, run: (loaded: BranchPart) => void, onFailure = () => {}): void {
      if (part !== null) return run(part);
      void load().then(
        (loaded) => {
          if (!ending.aborted) run(loaded);
        },
        () => {
          onFailure();
          transcript.notice(id, UNLOADED);
        },
      );
    },
  };
}

export function createBranching(deps: BranchDeps): Branching {
  const { page, turn, transcript } = deps;
  const { current, load, use } = createLoader(deps);
  const find = (id: string) => transcript.messages.find((message) => message.id === id);
  const isFree = (): boolean => turn.peek().kind === "idle" && transcript.waiting === 0;
  /** The same with the composer blocked until then; the visitor may stop it. */
  const take = (id: string, run: (branches: BranchPart["branches"]) => void): true => {
    const loading: TurnState = { kind: "sending", messageId: "" };
    turn.value = loading;
    const free = (): boolean => {
      const isOurs = turn.peek() === loading;
      if (isOurs) turn.value = { kind: "idle" };
      return isOurs;
    };
    use(id, ({ branches }) => void (free() && run(branches)), free);
    return true;
  };
  return {
    regenerate(id) {
      const old = find(id);
      const isAnswer = old?.kind === "agent" && old.text !== "";
      if (!isAnswer || !isFree() || !page.online.peek()) return false;
      return take(id, (branches) => branches.regenerate(id));
    },
    edit(id, text) {
      const length = text.trim().length;
      if (find(id)?.kind !== "visitor" || length === 0 || length > MESSAGE_MAX_LENGTH || !isFree())
        return false;
      return take(id, (branches) => branches.edit(id, text.trim()));
    },
    selectBranch(id) {
      if (isFree()) use(id, ({ branches }) => void branches.select(id));
    },
    rate: (id, rating, comment) => use(id, ({ ratings }) => ratings.rate(id, rating, comment)),
    follow: (event) => current()?.branches.follow(event),
    loaded: (messages) => current()?.branches.loaded(messages),
    undo: (id) => current()?.branches.undo(id),
    isWaiting: (id) => current()?.branches.isWaiting(id) ?? false,
    orderFor(id) {
      const message = find(id);
      if (message?.kind === "visitor" && message.editOf !== undefined) {
        // One that an earlier page had not sent: what it replaces leaves the view as soon as may be.
        if (current() === null) load().catch(() => {});
        return { edit_of: message.editOf };
      }
      return current()?.branches.orderFor(id) ?? {};
    },
  };
}
