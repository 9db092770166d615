// Owns what one visit leaves behind: whose it is, what leads back and which thread it is in. Nothing is stored before
// `remember`.
import { subjectOf } from "./ask.ts";
import type { Login } from "./identity.ts";
import type { VisitStore } from "./storage.ts";
import type { StoredVisit } from "./visit-text.ts";

const isGuest = (subject: string): boolean => subject.startsWith("guest:");

export class Visit {
  readonly #store: VisitStore;
  readonly #isUser: boolean;
  #threadId: string | null = null;
  #subject: string | null;
  #refreshToken: string | null = null;
  #isStored = false;
  /** Was stored, and may be this visitor's: that is not known before a session says who it is. */
  #left: StoredVisit | null = null;
  /** Refresh token of the stored guest, where a user is logged in now. */
  readonly guestToken: string | null = null;

  /**
   * Takes over the stored visit. A visit of somebody else is deleted.
   * @param login of the visitor who is logged in on this page; null for guests.
   */
  constructor(store: VisitStore, login: Login | null) {
    this.#store = store;
    this.#isUser = login !== null;
    this.#subject = (login && subjectOf(login)) ?? null;
    const stored = store.read();
    if (stored === null || this.#takeOver(stored)) return;
    // Nobody logged in, or nobody knows who: a user's transcript is not for whoever sits there now.
    store.clear();
    this.#left = stored;
    if (this.#isUser && isGuest(stored.subject)) this.guestToken = stored.refreshToken;
  }

  /** `guest:<uuid>` or `user:<id>`; null while nobody is known. */
  get subject(): string | null {
    return this.#subject;
  }

  /** The thread of the stored conversation, or the one remembered since. */
  get threadId(): string | null {
    return this.#threadId;
  }

  /** Leads back to the visitor; null for somebody new. */
  get refreshToken(): string | null {
    return this.#refreshToken;
  }

  /** The refresh token that another tab may have stored since. */
  latest(): string | null {
    const stored = this.#store.read();
    if (stored !== null) this.#takeOver(stored);
    return this.#refreshToken;
  }

  /** Keeps the newest refresh token. Another subject starts without a thread. */
  renewed(subject: string, refreshToken: string): void {
    this.#set(subject, refreshToken);
    this.#persist();
  }

  /** Another tab keeps the newest refresh token, and has stored it already. */
  heard(subject: string, refreshToken: string): void {
    this.#set(subject, refreshToken);
    this.latest();
  }

  /** From now on the visit is stored, with this thread. */
  remember(threadId: string): void {
    this.#isStored = true;
    this.goTo(threadId);
  }

  /** Goes on in a thread that the hub knows, without storing anything yet. */
  continue(threadId: string): void {
    this.#threadId = threadId;
  }

  /** From now on the visit is in this thread, or in none; stored only where the visit is. */
  goTo(threadId: string | null): void {
    // Beside the newest token: this tab may not have heard of it, and an old one would end the session.
    this.latest();
    this.#threadId = threadId;
    this.#persist();
  }

  /** The refresh token is worthless: nothing leads back. A user can still come back to the thread. */
  lost(): void {
    this.#refreshToken = null;
    if (!this.#isUser) this.#threadId = null;
    const subject = this.#store.read()?.subject;
    if (subject === undefined || subject === this.#subject) this.#store.clear();
    if (!this.#isUser) this.#subject = null;
  }

  #set(subject: string, refreshToken: string): void {
    if (this.#subject !== null && this.#subject !== subject) this.#threadId = null;
    this.#subject = subject;
    this.#refreshToken = refreshToken;
    if (this.#left?.subject !== subject) return;
    this.#threadId ??= this.#left.threadId;
    this.#isStored = true;
    this.#left = null;
  }

  #takeOver({ subject, refreshToken, threadId }: StoredVisit): boolean {
    const isOurs = this.#subject === null ? !this.#isUser && isGuest(subject) : subject === this.#subject;
    if (!isOurs) return false;
    this.#set(subject, refreshToken);
    this.#threadId ??= threadId;
    this.#isStored = true;
    return true;
  }

  #persist(): void {
    if (!this.#isStored || this.#subject === null || this.#refreshToken === null) return;
    this.#store.write({ refreshToken: this.#refreshToken, subject: this.#subject, threadId: this.#threadId });
  }
}
