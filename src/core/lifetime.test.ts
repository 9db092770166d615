import { expect, it } from "vitest";
import {
  marginMs,
  readTtl,
  refreshDueInMs,
  refreshJitterMs,
  refreshLeadMs,
  remainingMs,
  type Lifetime,
} from "./lifetime.ts";

const DAY_S = 86_400;

it.each([
  [300, {}, 300_000, false],
  [6, {}, 6_000, false],
  [30 * DAY_S, {}, 30 * DAY_S * 1000, false],
  [undefined, { iat: 1_000, exp: 1_060 }, 60_000, false],
  [60, { iat: 0, exp: 999 }, 60_000, false],
  [0, {}, 300_000, true],
  [-5, {}, 300_000, true],
  [Number.NaN, {}, 300_000, true],
  [Number.POSITIVE_INFINITY, {}, 300_000, true],
  [100 * 365 * DAY_S, {}, 300_000, true],
  [undefined, {}, 300_000, true],
  [undefined, { iat: 1_000 }, 300_000, true],
  [undefined, { iat: 2_000, exp: 1_000 }, 300_000, true],
])("R1 N17: expires_in %s with claims %o lives %i ms", (expiresInS, claims, ttlMs, isGuess) => {
  expect(readTtl(expiresInS, claims)).toEqual({ ttlMs, isGuess });
});

const token: Lifetime = { ttlMs: 300_000, startedAt: { wallMs: 1_000_000, monotonicMs: 5_000 } };
it.each([
  ["both clocks run", 60_000, 60_000, 240_000],
  ["the wall clock is set ahead by an hour", 3_600_000, 0, -3_300_000],
  ["the wall clock is set back by an hour", -3_600_000, 10_000, 290_000],
  ["the device slept, only the wall clock ran", 8 * 3_600_000, 0, 300_000 - 8 * 3_600_000],
  ["both go back", -1, -1, 300_000],
])("R2: %s", (_, wallStepMs, monotonicStepMs, expected) => {
  const now = { wallMs: 1_000_000 + wallStepMs, monotonicMs: 5_000 + monotonicStepMs };
  expect(remainingMs(token, now)).toBe(expected);
});

it.each([
  [60, 42_000, 48_000],
  [300, 210_000, 240_000],
  [3600, 3_270_000, 3_300_000],
  [6, 2_400, 3_000],
  [1, 400, 500],
])("R5: a token of %i s is renewed between %i and %i ms after it came", (ttlS, earliestMs, latestMs) => {
  const ttlMs = ttlS * 1000;
  const start = { wallMs: 0, monotonicMs: 0 };
  const dueMs = (random: number): number =>
    refreshDueInMs({ ttlMs, startedAt: start }, start, refreshJitterMs(ttlMs, random));
  expect(dueMs(1)).toBeCloseTo(earliestMs, 6);
  expect(dueMs(0)).toBeCloseTo(latestMs, 6);
  expect(refreshLeadMs(ttlMs)).toBeLessThanOrEqual(ttlMs / 2);
});

it.each([
  ["call", 300_000, 5_000],
  ["call", 50_000, 5_000],
  ["call", 49_999, 4_999.9],
  ["call", 6_000, 600],
  ["stream", 300_000, 15_000],
  ["stream", 6_000, 3_000],
] as const)("R6, R23: a %s with a token of %i ms wants %i ms left", (purpose, ttlMs, expected) => {
  expect(marginMs(purpose, ttlMs)).toBeCloseTo(expected, 6);
});

it("a fresh token of any length may be used for anything, so nothing renews in a circle", () => {
  for (const ttlMs of [1, 100, 1_000, 6_000, 29_000, 31_000, 300_000]) {
    expect(marginMs("stream", ttlMs)).toBeLessThan(ttlMs);
    expect(marginMs("call", ttlMs)).toBeLessThan(ttlMs);
  }
});
