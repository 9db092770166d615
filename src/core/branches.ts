// Owns the branches of a conversation: a message edited, an answer given once more, another branch shown. Knows no HTTP
// and no queue.
import type { ForwardedProps, StoredMessage } from "../protocol/chat.ts";
import { type Again, type Aside, fork, join, placeAgain, placeOf } from "./fork.ts";
import type { PastDeps } from "./past-on-demand.ts";
import type { FoyerProblem, Outcome } from "./problem.ts";
import type { ConversationEvent } from "./reduce.ts";

export interface BranchDeps extends PastDeps {
  /** Fetches and shows the newest branch through a message; null: not now. */
  load(id: string): Promise<Outcome<readonly StoredMessage[]> | null>;
}

export class Branches {
  readonly #deps: BranchDeps;
  #aside: Aside | null = null;
  #again: Again | null = null;
  /** End of the branch that was chosen; null: the conversation goes on where it ends on the hub. */
  #leafId: string | null = null;

  constructor(deps: BranchDeps) {
    this.#deps = deps;
  }

  /** Puts messages in their place that were asked before this part was there. */
  catchUp(): void {
    const waiting = this.#deps.transcript.messages.filter(
      (message) => message.kind === "visitor" && message.editOf && message.state !== "failed",
    );
    for (const { id, state } of waiting) {
      this.#fork(id);
      if (state === "sent") this.#aside = null;
    }
  }

  /** Has an answer given once more. */
  regenerate(id: string): void {
    const { env, turn, transcript, ask } = this.#deps;
    const old = transcript.messages.find((message) => message.id === id);
    if (old?.kind !== "agent") return;
    this.#again = { id, retryId: old.retryId, ids: placeOf(old) };
    turn.value = { kind: "sending", messageId: id };
    this.#fork(id);
    // Taken for tried: it waits with the composer blocked, since nothing shows that it is queued.
    ask({ id, text: "", atMs: env.now(), isTried: true });
  }

  /** Shows the newest branch through a message that another one stands in the place of. */
  async select(id: string): Promise<void> {
    const { transcript } = this.#deps;
    const shown = transcript.messages.find((message) => placeOf(message).includes(id));
    if (shown === undefined || shown.id === id) return;
    const outcome = await this.#deps.load(id);
    if (outcome?.kind === "failed") this.#deps.transcript.notice(shown.id, outcome.problem);
    else if (outcome !== null) this.#leafId = outcome.value.at(-1)?.id ?? null;
  }

  /** Where a message belongs that is no edit, for the hub. */
  orderFor(id: string): ForwardedProps {
    if (this.isWaiting(id)) return { regenerate: id };
    return this.#leafId === null ? {} : { after: this.#leafId };
  }

  /** Whether the hub is still to be asked for this answer once more. */
  isWaiting(id: string): boolean {
    return this.#aside?.id === id && this.#again?.id === id;
  }

  /** Sees every event after the conversation has changed by it. */
  follow(event: ConversationEvent): void {
    switch (event.kind) {
      case "asked":
      case "sending":
        return this.#fork(event.id);
      case "accepted":
        this.#fork(event.id);
        this.#aside = null;
        this.#leafId = null;
        return;
      case "refused":
        return this.undo(event.id, event.problem);
      case "left":
        this.#aside = null;
        this.#again = null;
        this.#leafId = null;
        return;
      case "agui":
      case "cut":
        return this.#place();
      default:
    }
  }

  /** A page has been put into the conversation: what it says about branches holds. */
  loaded(page: readonly StoredMessage[]): void {
    this.#leafId = null;
    this.#again = this.#aside === null ? null : this.#again;
    const isInPage = page.some(({ id }) => id === this.#aside?.id);
    // The old answer is not there any more, or the edited message is: the hub has done it.
    if (this.#aside !== null && isInPage !== (this.#again?.id === this.#aside.id)) this.#aside = null;
  }

  /** Brings back what a message was to replace. */
  undo(id: string, problem?: FoyerProblem): void {
    const aside = this.#aside;
    if (aside?.id !== id) return;
    const { transcript } = this.#deps;
    const isAgain = this.isWaiting(id);
    this.#aside = null;
    transcript.reshape((messages) => join(messages, aside));
    // An edited message carries its own failure; the visitor who stopped it knows.
    if (isAgain && problem !== undefined && problem.code !== "send_stopped") transcript.notice(id, problem);
  }

  #fork(id: string): void {
    const { transcript } = this.#deps;
    const forked = fork(transcript.messages, id);
    if (forked === null) return;
    const isAgain = this.#again?.id === id;
    if (!isAgain) this.#again = null;
    this.#aside = forked.aside;
    transcript.reshape(() => forked.messages);
  }

  #place(): void {
    const again = this.#again;
    if (again === null) return;
    const { transcript } = this.#deps;
    const placed = placeAgain(transcript.messages, again);
    if (placed !== null) transcript.reshape(() => placed);
  }
}
