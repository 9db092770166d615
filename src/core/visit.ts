// Owns what one visit leaves behind: whose it is and which thread it is in. Nothing is stored before `remember`.
import { peekClaims } from "./claims.ts";
import type { VisitStore } from "./storage.ts";

export class Visit {
  readonly #store: VisitStore;
  readonly #userToken: string | null;
  #threadId: string | null = null;
  #subject: string | null = null;
  #refreshToken: string | null = null;
  #isStored = false;
  #isAdopted = false;

  /** @param userToken of the visitor who is logged in on this page; null for guests. */
  constructor(store: VisitStore, userToken: string | null) {
    this.#store = store;
    this.#userToken = userToken;
  }

  /** The thread of the stored conversation, or the one remembered since. */
  get threadId(): string | null {
    this.adopt();
    return this.#threadId;
  }

  /** Takes over the stored visit, once, and returns its refresh token. A visit of somebody else is deleted. */
  adopt(): string | null {
    if (this.#isAdopted) return null;
    this.#isAdopted = true;
    const stored = this.#store.read();
    if (stored === null) return null;
    const { subject, threadId, refreshToken } = stored;
    const token = this.#userToken;
    // Without a user token nobody is logged in: a user's transcript is not for whoever sits there now.
    const isOurs = token === null ? subject.startsWith("guest:") : subject === peekClaims(token).sub;
    if (!isOurs) {
      this.#store.clear();
      return null;
    }
    this.#subject = subject;
    this.#threadId = threadId;
    this.#isStored = true;
    return refreshToken;
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
