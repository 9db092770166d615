import { expect, test } from "vitest";
import { signal } from "./signal.ts";

test("a listener is told the value now, then each change, until it ends", () => {
  const source = signal(1);
  const seen: number[] = [];
  const end = source.subscribe((value) => seen.push(value));
  source.value = 2;
  source.value = 2;
  end();
  end();
  source.value = 3;
  expect(seen).toEqual([1, 2]);
  expect([source.value, source.peek()]).toEqual([3, 3]);
});

test("setting it while it tells: everybody ends with the newest value, nobody goes back to an older one", () => {
  const source = signal(0);
  const seen: number[] = [];
  source.subscribe((value) => {
    if (value === 1) source.value = 2;
  });
  source.subscribe((value) => seen.push(value));
  source.value = 1;
  expect(seen).toEqual([0, 2]);
});

test("a listener that throws keeps the others informed, and the setter hears of it", () => {
  const source = signal(0);
  const seen: number[] = [];
  source.subscribe((value) => {
    if (value > 0) throw new Error("mine");
  });
  source.subscribe((value) => seen.push(value));
  expect(() => (source.value = 1)).toThrow("mine");
  expect(seen).toEqual([0, 1]);
});

test("a listener that was ended by another one is not called any more; the same function may listen twice", () => {
  const source = signal(0);
  const seen: string[] = [];
  const listener = (value: number) => void seen.push(`twice ${value}`);
  source.subscribe(listener);
  const endSecond = source.subscribe(listener);
  source.subscribe((value) => value === 1 && endLast());
  const endLast = source.subscribe((value) => seen.push(`last ${value}`));
  endSecond();
  seen.length = 0;
  source.value = 1;
  expect(seen).toEqual(["twice 1"]);
});
