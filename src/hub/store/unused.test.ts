import { expect, it, vi } from "vitest";
import { createUnusedSessions } from "./unused.ts";

const unused = (id: string) => ({ names: [id, `hash-${id}`], session: id });

it("stores nothing until a session is asked for by either name, and then once", async () => {
  const save = vi.fn(async () => {});
  const sessions = createUnusedSessions<string>(save);
  await sessions.hold(unused("a"));
  await sessions.hold(unused("b"));
  expect(save).not.toHaveBeenCalled();
  await sessions.settle("unknown");
  await Promise.all([sessions.settle("a"), sessions.settle("hash-a"), sessions.settle("a")]);
  expect(save.mock.calls).toEqual([["a"]]);
  await sessions.settle("hash-b");
  await sessions.settleAll();
  expect(save.mock.calls).toEqual([["a"], ["b"]]);
});

it("lets nobody go on before the write has ended", async () => {
  let finish = () => {};
  const sessions = createUnusedSessions<string>(() => new Promise<void>((resolve) => (finish = resolve)));
  await sessions.hold(unused("a"));
  const order: string[] = [];
  const first = sessions.settle("a").then(() => order.push("first"));
  const second = sessions.settle("hash-a").then(() => order.push("second"));
  order.push("written");
  finish();
  await Promise.all([first, second]);
  expect(order).toEqual(["written", "first", "second"]);
});

it("stores all that are left when asked to", async () => {
  const save = vi.fn(async () => {});
  const sessions = createUnusedSessions<string>(save);
  await Promise.all(["a", "b", "c"].map((id) => sessions.hold(unused(id))));
  await sessions.settleAll();
  await sessions.settleAll();
  expect(save.mock.calls.flat()).toEqual(["a", "b", "c"]);
});

it("drops a session that cannot be stored any more, and goes on", async () => {
  const sessions = createUnusedSessions<string>(async () => {
    throw new Error("its key is gone");
  });
  await sessions.hold(unused("a"));
  await expect(sessions.settle("a")).resolves.toBeUndefined();
  await expect(sessions.settleAll()).resolves.toBeUndefined();
});

it("holds back 100,000 and stores the oldest of more", async () => {
  const save = vi.fn(async () => {});
  const sessions = createUnusedSessions<string>(save);
  for (let count = 0; count <= 100_000; count++) await sessions.hold(unused(String(count)));
  expect(save.mock.calls).toEqual([["0"]]);
});
