// Owns fetching the pages of an earlier conversation. Knows no view; the messages go to whoever keeps them.
import type { Signal } from "./signal.ts";
import { type MessagePage, parseMessagePage, parseThreads, type StoredMessage } from "../protocol/chat.ts";
import type { PastDeps } from "./past-on-demand.ts";
import { messagesRequest, threadsRequest } from "./thread-requests.ts";
import type { HistoryState } from "./handle.ts";
import { type Outcome, ok } from "./problem.ts";
import { isSettled } from "./stored.ts";

export interface PagesDeps extends Pick<
  PastDeps,
  "env" | "tried" | "history" | "transport" | "visit" | "isUser" | "transcript"
> {
  /** The newest messages, or those of a branch. */
  onLoaded(messages: readonly StoredMessage[]): void;
  /** A page that belongs above what is shown. */
  onOlder(messages: readonly StoredMessage[]): void;
}

export class Pages {
  readonly #deps: PagesDeps;
  readonly #state: Signal<HistoryState>;
  #ending = new AbortController();
  #isFetching = false;
  #oldestId: string | null = null;

  constructor(deps: PagesDeps) {
    this.#deps = deps;
    this.#state = deps.history;
  }

  /** Fetches the newest messages, with a few quick tries; `quiet` shows only what came of it. */
  async load(how: "shown" | "quiet" = "shown"): Promise<void> {
    if (this.#isFetching) return;
    if (how === "shown") this.#state.value = { kind: "loading" };
    const outcome = await this.#tried(() => this.#newest());
    if (outcome === null) return;
    if (outcome.kind === "ok") this.#deps.onLoaded(outcome.value.messages);
    const isSettled = how === "quiet" && (outcome.kind === "failed" || this.#oldestId !== null);
    if (!isSettled) this.#settle(outcome);
  }

  /** Fetches the page above the oldest message fetched so far. */
  async loadOlder(): Promise<void> {
    const { transport, visit, onOlder } = this.#deps;
    const { threadId } = visit;
    const oldestId = this.#oldestId;
    const state = this.#state.peek();
    if (this.#isFetching || threadId === null || oldestId === null) return;
    if (state.kind !== "ready" || !state.hasOlder) return;
    this.#state.value = { ...state, older: "loading" };
    const outcome = await this.#tried(() =>
      transport.call(messagesRequest(threadId, { before: oldestId }, this.#ending.signal), parseMessagePage),
    );
    if (outcome === null || visit.threadId !== threadId) return;
    if (outcome.kind === "failed") return void (this.#state.value = { ...state, older: "failed" });
    onOlder(outcome.value.messages);
    this.#settle(outcome);
  }

  /** Another conversation is shown from now on: what is under way for the one before is dropped. */
  restart(): void {
    this.#ending.abort();
    this.#ending = new AbortController();
    this.#isFetching = false;
    this.#oldestId = null;
  }

  /** Shows the newest branch through a message, fetched back to that message. Null: not now. */
  async showBranch(id: string): Promise<Outcome<readonly StoredMessage[]> | null> {
    const { visit, transcript, onLoaded } = this.#deps;
    const { threadId } = visit;
    if (this.#isFetching || threadId === null) return null;
    const outcome = await this.#tried(() => this.#branch(threadId, id));
    if (outcome === null || visit.threadId !== threadId) return null;
    if (outcome.kind === "failed") return outcome;
    const { messages } = outcome.value;
    onLoaded(messages);
    // Otherwise what is shown above has been fetched before, and stays.
    if (transcript.messages.find(isSettled)?.id === messages[0]?.id) this.#settle(outcome);
    return ok(messages);
  }

  dispose(): void {
    this.#ending.abort();
  }

  /** Null when the widget has ended meanwhile. */
  async #tried(fetch: () => Promise<Outcome<MessagePage>>): Promise<Outcome<MessagePage> | null> {
    const { env, tried } = this.#deps;
    const { signal } = this.#ending;
    this.#isFetching = true;
    const outcome = await tried(env, signal, fetch);
    if (signal.aborted) return null;
    this.#isFetching = false;
    return outcome;
  }

  #settle(outcome: Outcome<MessagePage>): void {
    if (outcome.kind === "failed") return void (this.#state.value = outcome);
    const { messages, has_more: hasOlder } = outcome.value;
    this.#oldestId = messages[0]?.id ?? this.#oldestId;
    // A page that is empty though it promised more would be asked for again without end.
    this.#state.value = { kind: "ready", hasOlder: hasOlder && messages.length > 0, older: "idle" };
  }

  async #branch(threadId: string, id: string): Promise<Outcome<MessagePage>> {
    const { transport } = this.#deps;
    const { signal } = this.#ending;
    const pages: StoredMessage[][] = [];
    for (let place: { before?: string; leaf?: string } = { leaf: id }; ;) {
      const page = await transport.call(messagesRequest(threadId, place, signal), parseMessagePage);
      if (page.kind === "failed") return page;
      const { messages, has_more } = page.value;
      pages.unshift(messages);
      const [first] = messages;
      if (first === undefined || !has_more || messages.some((message) => message.id === id)) {
        return ok({ messages: pages.flat(), has_more });
      }
      place = { before: first.id };
    }
  }

  async #newest(): Promise<Outcome<MessagePage>> {
    const { visit, transport, isUser } = this.#deps;
    const { signal } = this.#ending;
    if (visit.threadId === null && isUser) {
      const threads = await transport.call(threadsRequest(null, signal), parseThreads);
      if (threads.kind === "failed") return threads;
      const newest = threads.value.threads[0];
      if (newest !== undefined) visit.continue(newest.id);
    }
    if (visit.threadId === null) return ok(NOTHING);
    const page = await transport.call(messagesRequest(visit.threadId, {}, signal), parseMessagePage);
    if (page.kind === "ok" || page.problem.status !== 404) return page;
    visit.goTo(null);
    return ok(NOTHING);
  }
}

const NOTHING: MessagePage = { messages: [], has_more: false };
