import { expect, it } from "vitest";
import type { Handshake } from "./handshake.ts";
import type { SessionState } from "./handle.ts";
import { readClocks } from "./lifetime.ts";
import { OPTION_DEFAULTS } from "./options.ts";
import { ok } from "./problem.ts";
import { Session } from "./session.ts";
import { signal } from "./signal.ts";
import { createVisitStore } from "./storage.ts";
import type { Tabs } from "./tabs.ts";
import { ManualEnvironment, settle } from "./testing/environment.ts";
import { API_URL, CLIENT_KEY, fakeJwt } from "./testing/hub.ts";
import { Visit } from "./visit.ts";

const CROWD = 5_000;
const TTL_MS = 300_000;

/** Timers by the millisecond: a crowd is too many for a list. */
function runTimers(env: ManualEnvironment): (durationMs: number) => Promise<void> {
  const due = new Map<number, Set<() => void>>();
  env.setTimer = (callback, delayMs) => {
    const at = env.monotonicMs + Math.max(1, Math.ceil(delayMs));
    const same = due.get(at) ?? new Set();
    due.set(at, same.add(callback));
    return () => void same.delete(callback);
  };
  return async (durationMs) => {
    for (const endMs = env.monotonicMs + durationMs; env.monotonicMs < endMs;) {
      env.monotonicMs += 1;
      env.wallMs += 1;
      const now = due.get(env.monotonicMs);
      if (now === undefined) continue;
      due.delete(env.monotonicMs);
      for (const callback of now) callback();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
}

it("R5 5,000 sessions that expire in the same second: none holds more than 15 % of the refreshes, 0 logouts", async () => {
  const env = new ManualEnvironment();
  const run = runTimers(env);
  let seed = 7;
  env.random = () => (seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  const perSecond = new Map<number, number>();
  const options = { ...OPTION_DEFAULTS, clientKey: CLIENT_KEY, apiUrl: API_URL, storage: "none" } as const;
  const tabs: Tabs = { alone: (body) => body(), tell: () => {}, dispose: () => {} };
  const states = Array.from({ length: CROWD }, (_, number) => {
    const subject = `guest:${number}`;
    const token = fakeJwt({ sub: subject });
    const grant = () => {
      const lifetime = { ttlMs: TTL_MS, startedAt: readClocks(env) };
      const visitor = { id: `${number}`, type: "guest" } as const;
      return ok({ token, refreshToken: "r", subject, visitor, lifetime, issuedAtS: env.wallMs / 1000 });
    };
    const handshake: Handshake = {
      guest: async () => grant(),
      exchange: async () => grant(),
      refresh: async () => {
        const second = Math.floor(env.wallMs / 1000);
        perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
        return grant();
      },
      ask: async () => ok(""),
      revoke: () => {},
    };
    const state = signal<SessionState>({ kind: "idle" });
    const session = new Session({
      env,
      state,
      handshake,
      tabs,
      visit: new Visit(createVisitStore(env, options), null),
      storage: "none",
      means: { userToken: null, getToken: null, guestToken: null, isUser: false },
      online: signal(true),
      onProblem: () => {},
      onVisitor: () => {},
      onLogout: () => {},
    });
    void session.renew("refresh");
    return state;
  });
  await settle();
  await run(TTL_MS);
  const counts = [...perSecond.values()];
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(CROWD);
  expect(Math.max(...counts)).toBeLessThanOrEqual(0.15 * CROWD);
  expect(new Set(states.map(({ value }) => value.kind))).toEqual(new Set(["ready"]));
}, 60_000);
