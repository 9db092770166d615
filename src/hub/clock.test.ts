import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { systemClock } from "./clock.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("sleeps as long as it was told, and leaves no timer or listener behind", async () => {
  const stop = new AbortController();
  const removed = vi.spyOn(stop.signal, "removeEventListener");
  let isAwake = false;
  void systemClock()
    .sleep(1000, stop.signal)
    .then(() => {
      isAwake = true;
    });
  await vi.advanceTimersByTimeAsync(999);
  expect(isAwake).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(isAwake).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
  expect(removed).toHaveBeenCalledOnce();
});

it("wakes at once when stopped, before or while it sleeps", async () => {
  const stop = new AbortController();
  const asleep = systemClock().sleep(1_000_000, stop.signal);
  stop.abort();
  await asleep;
  await systemClock().sleep(1_000_000, stop.signal);
  expect(vi.getTimerCount()).toBe(0);
});
