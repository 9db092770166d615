import { expect, it } from "vitest";
import { HUB_URL, PAGE, createTestHub } from "../testing/harness.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { DEFAULT_LIMITS } from "./rules.ts";
import { HOLD_MS, MAX_HELD, PROMPT_REFUSALS, createSlowDown } from "./slow-down.ts";

const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);
const still = new AbortController().signal;
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Puts each verdict into a list as soon as it is there. */
function watch(verdicts: Promise<string>[]): string[] {
  const said: string[] = [];
  for (const verdict of verdicts) void verdict.then((text) => said.push(text));
  return said;
}

it("answers the first refusals of an address at once, the others one hold later; other addresses at once", async () => {
  const clock = createManualClock();
  const slow = createSlowDown(clock);
  const said = watch(times(PROMPT_REFUSALS + 5, () => slow.refused("10.0.0.1", still)));
  await turn();
  expect(said).toHaveLength(PROMPT_REFUSALS);
  expect(await slow.refused("10.0.0.2", still)).toBe("keep");
  await clock.advance(HOLD_MS - 1);
  expect(said).toHaveLength(PROMPT_REFUSALS);
  await clock.advance(1);
  expect(said).toHaveLength(PROMPT_REFUSALS + 5);
});

it("closes connections above so many that wait; who leaves gives the place back", async () => {
  const clock = createManualClock();
  const slow = createSlowDown(clock);
  await Promise.all(times(PROMPT_REFUSALS, () => slow.refused("a", still)));
  const leaving = new AbortController();
  const held = times(MAX_HELD, () => slow.refused("a", leaving.signal));
  expect(await slow.refused("a", still)).toBe("close");
  leaving.abort();
  await Promise.all(held);
  void slow.refused("a", still);
  await turn();
  expect(clock.sleeping).toBe(1);
});

it("forgives after a while, and places taken before are not lost over it", async () => {
  const clock = createManualClock();
  const slow = createSlowDown(clock);
  for (let round = 0; round < 3; round += 1) {
    const said = watch(times(PROMPT_REFUSALS + MAX_HELD, () => slow.refused("a", still)));
    await turn();
    expect(said).toHaveLength(PROMPT_REFUSALS);
    await clock.advance(10_000);
    expect(said).toHaveLength(PROMPT_REFUSALS + MAX_HELD);
  }
});

it("N68 one address that never stops asking is answered a bounded number of times; others do not wait", async () => {
  const t = await createTestHub({
    limits: { ...DEFAULT_LIMITS, addressAndKeyPerMinute: 2, failurePerMinute: 1e6 },
  });
  const body = JSON.stringify({ client_key: t.widgetKey });
  const guestFrom = (address: string) =>
    t.hub.fetch(
      new Request(`${HUB_URL}/api/v1/widget/auth/guest`, {
        method: "POST",
        headers: { "Content-Type": "application/json", Origin: PAGE },
        body,
      }),
      { address, drop: () => {} },
    );
  let answered = 0;
  const over = new AbortController();
  const connection = async () => {
    while (!over.signal.aborted) {
      expect((await guestFrom("10.0.0.1")).headers.get("Connection")).toBeNull();
      answered += 1;
    }
  };
  const flood = times(64, connection);
  await t.clock.advance(5000);
  // Two guests, the prompt refusals, and each connection once for each second.
  expect(answered).toBeLessThanOrEqual(2 + PROMPT_REFUSALS + 64 * 6);
  expect(answered).toBeGreaterThanOrEqual(64 * 4);
  expect((await guestFrom("10.0.0.2")).status).toBe(200);
  over.abort();
  t.clock.runFreely();
  await Promise.all(flood);
  await t.hub.close();
});
