import { describe, expect, it } from "vitest";
import { createBatcher } from "./batch.ts";

describe("a batcher", () => {
  it("runs one batch at a time; what comes meanwhile goes together into the next", async () => {
    const batches: number[][] = [];
    let release = () => {};
    const double = createBatcher(async (inputs: readonly number[]) => {
      batches.push([...inputs]);
      if (batches.length === 1) await new Promise<void>((resolve) => (release = resolve));
      return inputs.map((input) => 2 * input);
    });
    const first = [double(1), double(2)];
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    const second = [double(3), double(4), double(5)];
    release();
    expect(await Promise.all([...first, ...second])).toEqual([2, 4, 6, 8, 10]);
    expect(batches).toEqual([
      [1, 2],
      [3, 4, 5],
    ]);
  });

  it("fails only those whose own input fails", async () => {
    const check = createBatcher(async (inputs: readonly string[]) => {
      if (inputs.includes("bad")) throw new Error(`refused ${inputs.length}`);
      return inputs;
    });
    expect(await Promise.allSettled([check("a"), check("bad"), check("c")])).toMatchObject([
      { status: "fulfilled", value: "a" },
      { status: "rejected", reason: { message: "refused 1" } },
      { status: "fulfilled", value: "c" },
    ]);
    expect(await check("again")).toBe("again");
  });

  it("answers everyone of a crowd, with what is theirs", async () => {
    const sizes: number[] = [];
    const echo = createBatcher(async (inputs: readonly number[]) => {
      sizes.push(inputs.length);
      return inputs;
    });
    const crowd = Array.from({ length: 1001 }, (_, index) => index);
    expect(await Promise.all(crowd.map(echo))).toEqual(crowd);
    expect(Math.max(...sizes)).toBe(200);
  });
});
