import { expect, it } from "vitest";
import { onDemand } from "./on-demand.ts";

it("loads once, and who asks first is served first", async () => {
  const answers: ((part: string) => void)[] = [];
  const part = onDemand(() => new Promise<string>((resolve) => answers.push(resolve)));
  const served: number[] = [];
  for (const asker of [1, 2, 3]) void part().then(() => served.push(asker));
  // Of several loads that are under way the last may be there first.
  for (const answer of answers.toReversed()) answer("part");
  expect(await part()).toBe("part");
  expect([answers.length, served]).toEqual([1, [1, 2, 3]]);
});

it("tells everybody who waits of a failure, and tries again at the next call", async () => {
  let tries = 0;
  const part = onDemand(async () => {
    tries += 1;
    if (tries === 1) throw new TypeError("not there");
    return tries;
  });
  const outcomes = await Promise.allSettled([part(), part()]);
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect([await part(), await part(), tries]).toEqual([2, 2, 2]);
});
