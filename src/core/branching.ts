// Owns when the part for further answers, branches and ratings is loaded, and what has to be known without it: an edited
// message goes out like any other, and finds its place once the part is there.
import type { ForwardedProps } from "../protocol/chat.ts";
import type { Past } from "./past.ts";
import type { PastDeps, PastOnDemand } from "./past-on-demand.ts";
import type { Widget } from "./handle.ts";
import { UNLOADED } from "./problem.ts";

export type Branching = Pick<Widget, "selectBranch" | "rate"> & {
  /** Has an answer given once more; the turn says that it is being prepared. */
  regenerate(id: string): void;
  /** An edited message takes the place of the old one. */
  place(id: string): void;
  undo(id: string): void;
  isWaiting(id: string): boolean;
  orderFor(id: string): ForwardedProps;
};

type BranchingDeps = Pick<PastDeps, "turn" | "transcript" | "ending">;

export function createBranching(deps: BranchingDeps, past: PastOnDemand): Branching {
  const { turn, transcript, ending } = deps;
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
  return {
    regenerate(id) {
      const loading = turn.peek();
      // The visitor has stopped it.
      if (loading.kind !== "sending") return;
      const free = (): boolean => {
        const isOurs = turn.peek() === loading;
        if (isOurs) turn.value = { kind: "idle" };
        return isOurs;
      };
      use(id, ({ branches }) => void (free() && branches.regenerate(id)), free);
    },
    place: (id) => current()?.branches.follow({ kind: "sending", id }),
    selectBranch: (id) => use(id, ({ branches }) => void branches.select(id)),
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
