// Owns the contract between the headless core and any view: signals come down, commands go up.
import type { ReadonlySignal, Signal } from "./signal.ts";
import type { Identity } from "./identity.ts";
import type { WidgetConfig } from "../protocol/config.ts";
import type { FoyerProblem } from "./problem.ts";
import type { Row } from "./rows.ts";

export interface Visitor {
  id: string;
  type: "guest" | "user";
  name?: string;
}

/** Session as a view may know it: never a token. `dead` leaves only by user action, a new host token or reload. */
export type SessionState =
  | { kind: "idle" }
  | { kind: "starting" }
  | { kind: "ready"; visitor: Visitor }
  | { kind: "refreshing"; visitor: Visitor }
  /**
   * Renewing fails. With a visitor the token is still valid, and nothing of it is seen. Null: the first session could
   * not be had in eight tries; it is tried again when the visitor does something, or the connection is back.
   */
  | { kind: "degraded"; visitor: Visitor | null; problem: FoyerProblem }
  | { kind: "offline" }
  | { kind: "dead"; problem: FoyerProblem };

/** What the agent is doing for this visitor now. */
export type TurnState =
  | { kind: "idle" }
  /** The message is on its way; no event came back yet. */
  | { kind: "sending"; messageId: string }
  /** The hub asks for patience; queued messages go out at `untilMs` (ms since the epoch), and more may be written. */
  | { kind: "waiting"; untilMs: number }
  | { kind: "answering"; runId: string };

export type HistoryState =
  | { kind: "none" }
  | { kind: "loading" }
  /** `older`: what becomes of earlier messages, while `hasOlder` says that there are any. */
  | { kind: "ready"; hasOlder: boolean; older: "idle" | "loading" | "failed" }
  | { kind: "failed"; problem: FoyerProblem };

/** A conversation of the visitor. */
export interface Thread {
  id: string;
  /** What the visitor calls it, at first the beginning of it; "" where it has no text. */
  title: string;
  /** When it was last written to, ms since the epoch. */
  at: number;
}

export type ThreadsState =
  | { kind: "none" }
  | { kind: "loading" }
  /** Newest first. `more`: what becomes of the page below, while `hasMore` says that there is one. */
  | {
      kind: "ready";
      list: readonly Thread[];
      /** Id of the conversation that is shown; null where none has begun. */
      shownId: string | null;
      hasMore: boolean;
      more: "idle" | "loading" | "failed";
    }
  | { kind: "failed"; problem: FoyerProblem };

export interface Threads {
  /** The list, once `load` has asked for it. */
  readonly state: ReadonlySignal<ThreadsState>;
  /** Fetches the newest conversations; makes no identity for somebody new, who has none. */
  load(): void;
  /** Brings 50 more, once `state` says that there are some; the same call tries again after a failure. */
  loadMore(): void;
  /**
   * Shows an empty conversation; the one before stays in the list, and an answer that is being written goes on at the
   * hub. False, and nothing happens, while a message waits to be sent.
   */
  startOver(): boolean;
  /** Shows one of the conversations. False as with `startOver`. */
  open(threadId: string): boolean;
  /**
   * @param title 1 to 120 characters
   * @returns whether the hub did it; if not, `problem` is told why
   */
  rename(threadId: string, title: string): Promise<boolean>;
  /** Deletes a conversation for good; the one that is shown makes room for a new one. Answers as `rename`. */
  remove(threadId: string): Promise<boolean>;
}

export interface WidgetEvents {
  open: undefined;
  close: undefined;
  /** A turn was finished; `role` says whose message it is. */
  message: { id: string; role: "user" | "assistant"; text: string };
  problem: FoyerProblem;
  /** How many answers ended while the panel was closed or the page hidden; 0 once they can be seen. */
  unread: number;
  /** The visitor was logged out, here or in another tab. */
  logout: undefined;
}

/** The headless widget. One object owns the conversation; views come and go. */
export interface Widget {
  /** Null until the bootstrap config has arrived. */
  readonly config: ReadonlySignal<WidgetConfig | null>;
  readonly session: ReadonlySignal<SessionState>;
  readonly online: ReadonlySignal<boolean>;
  readonly history: ReadonlySignal<HistoryState>;
  readonly turn: ReadonlySignal<TurnState>;
  /** What the transcript shows, oldest first. A row keeps its identity while nothing in it changes. */
  readonly rows: ReadonlySignal<readonly Row[]>;
  /** How many answers ended while the panel was closed or the page hidden. */
  readonly unread: ReadonlySignal<number>;
  /** Whether the panel is open. Change it with the commands. */
  readonly isOpen: ReadonlySignal<boolean>;
  /**
   * The visitor's unsent text. The view writes it; `send` empties it only once the message is in the transcript.
   * From the first message on it outlives a reload.
   */
  readonly draft: Signal<string>;

  /** Fetches the bootstrap config unless it is there. No identity is made. `open` does this too. */
  load(): void;
  open(): void;
  close(): void;
  toggle(): void;
  /**
   * For views: reads a mark beside the visitor's record, and sets it or takes it away. Of a visitor who has not said a
   * word nothing is marked.
   * @param name `open`: this tab has left its page with an open panel; `muted`: the visitor wants no sound
   * @returns whether it was set
   */
  mark(name: "open" | "muted", isSet?: boolean): boolean;
  /**
   * Sends a message (default: the draft). Offline, and while the hub asks for patience, it is queued: at most 20
   * messages, for an hour, also over a reload. Empty text, a full queue or a running answer: nothing happens and false
   * is returned.
   */
  send(text?: string): boolean;
  /** Brings 50 earlier messages, once `history` says that there are some. After a failure, also of the newest, it tries again. */
  loadOlder(): void;
  /** Stops the running answer on the hub; the text so far is kept. */
  stop(): void;
  /** Sends a failed message again, with the same id, or asks again for the answer of that message. */
  retry(messageId: string): void;
  /**
   * Has an answer given once more; the old one is kept as a branch. Comes back with a `notice` when the hub cannot be
   * asked. False: nothing happens, since an answer is running, something waits, or the visitor is offline.
   */
  regenerate(messageId: string): boolean;
  /**
   * Says something else in the place of a message of the visitor, on a branch of its own. False: nothing happens, since
   * the text is empty or too long, an answer is running, or something waits.
   */
  edit(messageId: string, text: string): boolean;
  /** Shows the newest branch through a message, one of `branch.ids` of a row; the conversation goes on there. */
  selectBranch(messageId: string): void;
  /**
   * Rates an answer, or takes the rating back with null. Shown at once; undone, with a `notice` on the row, when the
   * hub does not store it.
   * @param comment at most 2,000 characters
   */
  rate(messageId: string, rating: 1 | -1 | null, comment?: string): void;
  /**
   * Takes back a message that is `queued`, or that was refused for good: it leaves the transcript.
   * @returns its text, for the draft; null when there is no such message, or the hub may have it.
   */
  withdraw(messageId: string): string | null;
  /** The visitor's conversations as a whole. The part that knows them is loaded at the first call; it may reject. */
  threads(): Promise<Threads>;
  /** Whether this browser has talked here before. Nothing is stored of a visitor who has not said a word. */
  isKnown(): boolean;
  /**
   * Says who is logged in on this page. Somebody else than before starts with an empty panel; a fresh token of the same
   * user, and the same `getToken` again, change nothing. Loads nothing while the panel is closed.
   */
  identify(identity: Identity): void;
  /** Nobody is logged in any more: forgets the visitor here, in other tabs and on the hub. Does not wait for the hub. */
  logout(): void;
  /** Subscribes to an event; returns the function that unsubscribes. A listener that throws harms nobody. */
  on<Name extends keyof WidgetEvents>(name: Name, listener: (event: WidgetEvents[Name]) => void): () => void;
  /** Ends everything this widget started: timers, listeners, requests, storage handles. Idempotent. */
  dispose(): void;
}
