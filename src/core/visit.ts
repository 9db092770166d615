// Owns what one visit leaves behind: whose it is and which thread it is in. Nothing is stored before `remember`.
import { peekClaims } from "./claims.ts";
import type { VisitStore } from "./storage.ts";

export class Visit {
  readonly #store: VisitStore;
  #threadId: string | null = null;
  #subject: string | null = null;
  #refreshToken: string | null = null;
  #isStored = false;

  /**
   * Takes over the stored visit. A visit of somebody else is deleted.
   * @param userToken of the visitor who is logged in on this page; null for guests.
   */
  constructor(store: VisitStore, userToken: string | null) {
    this.#store = store;
    const stored = store.read();
    if (stored === null) return;
    const { subject, threadId, refreshToken } = stored;
    // Without a user token nobody is logged in: a user's transcript is not for whoever sits there now.
    const isOurs = userToken === null ? subject.startsWith("guest:") : subject === peekClaims(userToken).sub;
    if (!isOurs) {
      store.clear();
      return;
    }
    this.#subject = subject;
    this.#threadId = threadId;
    this.#refreshToken = refreshToken;
    this.#isStored = true;
  }

  /** The thread of the stored conversation, or the one remembered since. */
  get threadId(): string | null {
    return this.#threadId;
  }

  /** Leads back to the visitor; null for somebody new. */
  get refreshToken(): string | null {
    return this.#refreshToken;
  }

  /** Keeps the newest refresh token. Another subject starts without a thread. */
  renewed(subject: string, refreshToken: string): void {
    if (this.#subject !== null && this.#subject !== subject) this.#threadId = null;
    this.#subject = subject;
    this.#refreshToken = refreshToken;
    this.#persist();
  }

  /** From now on the visit is stored, with this thread. */
  remember(threadId: string): void {
    this.#threadId = threadId;
    this.#isStored = true;
    this.#persist();
  }

  /** Goes on in a thread that the hub knows, without storing anything yet. */
  continue(threadId: string): void {
    this.#threadId = threadId;
  }

  /** From now on the visit is in this thread; stored only where the visit is. */
  goTo(threadId: string): void {
    this.#threadId = threadId;
    this.#persist();
  }

  /** The thread is gone on the hub; the visitor stays. */
  forgetThread(): void {
    this.#threadId = null;
    this.#persist();
  }

  /** The refresh token is worthless: nothing leads back. */
  lost(): void {
    this.#refreshToken = null;
    this.#threadId = null;
    this.#store.clear();
  }

  #persist(): void {
    if (!this.#isStored || this.#subject === null || this.#refreshToken === null) return;
    this.#store.write({ refreshToken: this.#refreshToken, subject: this.#subject, threadId: this.#threadId });
  }
}
