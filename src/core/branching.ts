// Owns when the part for further answers, branches and ratings is loaded, and what has to be known without it: an edited
// message goes out like any other, and finds its place once the part is there.
import type { ForwardedProps } from "../protocol/chat.ts";
import { MESSAGE_MAX_LENGTH } from "../protocol/limits.ts";
import type { Past } from "./past.ts";
import type { PastDeps, PastOnDemand } from "./past-on-demand.ts";
import type { TurnState, Widget } from "./handle.ts";
import { createId } from "./id.ts";
import { UNLOADED } from "./problem.ts";

export type Branching = Pick<Widget, "regenerate" | "edit" | "selectBranch" | "rate"> & {
  undo(id: string): void;
  isWaiting(id: string): boolean;
  orderFor(id: string): ForwardedProps;
};

type BranchingDeps = Pick<PastDeps, "env" | "page" | "turn" | "transcript" | "ending" | "dispatch" | "ask">;

export function createBranching(deps: BranchingDeps, past: PastOnDemand): Branching {
  const { env, page, turn, transcript, ending, dispatch, ask } = deps;
  const { current, load } = past;
  /** At once where the part is there, else as soon as it is. */
  const use = (id: string, run: (loaded: Past) => void, onFailure = () => {}): void => {
    const loaded = current();
    if (loaded !== null) return run(loaded);
    void load().then(
      (part) => {
        if (!ending.aborted) run(part);
      },
      () => {
        onFailure();
        transcript.notice(id, UNLOADED);
      },
    );
  };
  const find = (id: string) => transcript.messages.find((message) => message.id === id);
  const isFree = (): boolean => turn.peek().kind === "idle" && transcript.waiting === 0;
  return {
    regenerate(id) {
      const old = find(id);
      const isAnswer = old?.kind === "agent" && old.text !== "";
      if (!isAnswer || !isFree() || !page.online.peek()) return false;
      // The composer is blocked until the part is there; the visitor may stop it.
      const loading: TurnState = { kind: "sending", messageId: "" };
      turn.value = loading;
      const free = (): boolean => {
        const isOurs = turn.peek() === loading;
        if (isOurs) turn.value = { kind: "idle" };
        return isOurs;
      };
      use(id, ({ branches }) => void (free() && branches.regenerate(id)), free);
      return true;
    },
    edit(id, text) {
      const said = text.trim();
      if (find(id)?.kind !== "visitor" || said === "" || said.length > MESSAGE_MAX_LENGTH || !isFree())
        return false;
      const message = { id: createId(env), text: said, atMs: env.now() };
      const state = page.online.peek() ? "sending" : "queued";
      if (state === "sending") turn.value = { kind: "sending", messageId: message.id };
      dispatch({ kind: "asked", ...message, state, editOf: id });
      ask({ ...message, isTried: false });
      return true;
    },
    selectBranch(id) {
      if (isFree()) use(id, ({ branches }) => void branches.select(id));
    },
    rate: (id, rating, comment) => use(id, ({ ratings }) => ratings.rate(id, rating, comment)),
    undo: (id) => current()?.branches.undo(id),
    isWaiting: (id) => current()?.branches.isWaiting(id) ?? false,
    orderFor(id) {
      const message = find(id);
      if (message?.kind === "visitor" && message.editOf !== undefined) {
        // What it replaces leaves the view as soon as may be.
        if (current() === null) load().catch(() => {});
        return { edit_of: message.editOf };
      }
      return current()?.branches.orderFor(id) ?? {};
    },
  };
}
