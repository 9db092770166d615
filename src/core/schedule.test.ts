import { expect, it } from "vitest";
import { createAlarm } from "./schedule.ts";
import { ManualEnvironment } from "./testing/environment.ts";

it("wakes once for what is left of a millisecond, though browsers cut off fractions", async () => {
  const env = new ManualEnvironment();
  const { setTimer } = env;
  const delays: number[] = [];
  env.setTimer = (callback, delayMs) => {
    delays.push(delayMs);
    return setTimer(callback, Math.trunc(delayMs));
  };
  const endMs = env.monotonicMs + 20.4;
  let rings = 0;
  createAlarm(env, () => (rings += 1)).set(() => endMs - env.monotonicMs);
  await env.advance(30);
  expect([rings, delays]).toEqual([1, [21]]);
});
