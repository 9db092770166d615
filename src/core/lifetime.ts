// Owns how long a token lives and when to renew it (session.md R1-R6, R23). Pure: clocks are read by the caller.
import type { Environment } from "./environment.ts";

const DAY_MS = 86_400_000;
const MAX_TTL_MS = 10 * 365 * DAY_MS;
const FALLBACK_TTL_MS = 300_000;

/** A moment on both clocks, ms. */
export interface Instant {
  wallMs: number;
  monotonicMs: number;
}

/** A span that began at an instant. */
export interface Lifetime {
  ttlMs: number;
  startedAt: Instant;
}

export const readClocks = (env: Environment): Instant => ({
  wallMs: env.now(),
  monotonicMs: env.monotonic(),
});

const isSane = (ttlMs: number): boolean => ttlMs > 0 && ttlMs <= MAX_TTL_MS;

/**
 * R1: `expires_in` (s), else `exp - iat` (s), else 300 s. Never compared with the visitor's clock, which may be wrong.
 * `isGuess` is true when neither made sense.
 */
export function readTtl(
  expiresInS: number | undefined,
  claims: { iat?: number | undefined; exp?: number | undefined },
): { ttlMs: number; isGuess: boolean } {
  const span = (claims.exp ?? NaN) - (claims.iat ?? NaN);
  const ttlMs = (expiresInS ?? span) * 1000;
  return isSane(ttlMs) ? { ttlMs, isGuess: false } : { ttlMs: FALLBACK_TTL_MS, isGuess: true };
}

/** R2: ms left. A clock set back cannot extend it; a clock set ahead ends it early. */
export function remainingMs({ ttlMs, startedAt }: Lifetime, now: Instant): number {
  const elapsedMs = Math.max(now.monotonicMs - startedAt.monotonicMs, now.wallMs - startedAt.wallMs, 0);
  return ttlMs - elapsedMs;
}

/** R5: how long before its end a token is renewed, ms. */
export const refreshLeadMs = (ttlMs: number): number =>
  Math.min(Math.min(Math.max(0.2 * ttlMs, 5_000), 300_000), ttlMs / 2);

/** R5: spread of many visitors, ms; only ever makes a refresh earlier. `random` is uniform in [0, 1). */
export const refreshJitterMs = (ttlMs: number, random: number): number =>
  random * Math.min(0.1 * ttlMs, 30_000);

/** ms until a token is to be renewed; zero or less means now. */
export const refreshDueInMs = (lifetime: Lifetime, now: Instant, jitterMs: number): number =>
  remainingMs(lifetime, now) - refreshLeadMs(lifetime.ttlMs) - jitterMs;

/** What a token is used for: a stream wants one that lives a while longer. */
export type Purpose = "call" | "stream";

/**
 * A token with more than this left may be used, ms. Calls: 5 s, or a tenth of lives below 50 s (R6).
 * Streams: 15 s, or half of lives below 30 s (R23).
 */
export const marginMs = (purpose: Purpose, ttlMs: number): number =>
  purpose === "stream" ? Math.min(15_000, ttlMs / 2) : ttlMs < 50_000 ? ttlMs / 10 : 5_000;
