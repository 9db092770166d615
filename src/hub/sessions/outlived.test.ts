import { afterAll, beforeAll, expect, it } from "vitest";
import { codeOf, createTestHub, readFrames, textOfFrames } from "../testing/harness.ts";
import type { TestHub } from "../testing/harness.ts";

let t: TestHub;
beforeAll(async () => {
  t = await createTestHub({ sessionTtlS: 5 });
});
afterAll(() => t.hub.close());

it("N44 R23 an answer is told to its end over a connection whose session token ended meanwhile", async () => {
  const slow = await t.guest({ agent: "slow" });
  const response = await t.connect(slow, { thread: "t1", say: [["m1", "hi"]], run: "r-brief" });
  await t.clock.advance(11_000);
  const resumed = await t.call("/api/v1/widget/runs/r-brief/events", { token: slow.token });
  expect(await codeOf(resumed)).toEqual([401, "invalid_session"]);
  t.clock.runFreely();
  const frames = await readFrames(response);
  expect(textOfFrames(frames)).toMatch(/^I am taking .* reload the page\.$/);
  expect(frames.at(-1)?.event.type).toBe("RUN_FINISHED");
});
