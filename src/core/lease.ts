// Owns the access token in force: how long it is good for, and when it is to be replaced. Knows no request.
import type { Environment } from "./environment.ts";
import type { Credentials } from "./session-request.ts";
import {
  marginMs,
  type Purpose,
  readClocks,
  refreshDueInMs,
  refreshJitterMs,
  remainingMs,
} from "./lifetime.ts";

export class Lease {
  readonly #env: Environment;
  #credentials: Credentials | null = null;
  #jitterMs = 0;

  constructor(env: Environment) {
    this.#env = env;
  }

  get credentials(): Credentials | null {
    return this.#credentials;
  }

  take(credentials: Credentials | null): void {
    this.#credentials = credentials;
    this.#jitterMs = refreshJitterMs(credentials?.lifetime.ttlMs ?? 0, this.#env.random());
  }

  /** ms; 0 without a token. */
  leftMs(): number {
    return this.#credentials === null ? 0 : remainingMs(this.#credentials.lifetime, readClocks(this.#env));
  }

  isUsable(purpose: Purpose): boolean {
    return this.leftMs() > marginMs(purpose, this.#credentials?.lifetime.ttlMs ?? 0);
  }

  /** ms until a new token is to be fetched; 0 without one. */
  dueInMs(): number {
    if (this.#credentials === null) return 0;
    return refreshDueInMs(this.#credentials.lifetime, readClocks(this.#env), this.#jitterMs);
  }
}
