import { PGlite } from "@electric-sql/pglite";
import { expect, it } from "vitest";
import { takeTurns } from "./turns.ts";

it("a queue of statements lets timers and connections have their turns in between", async () => {
  const client = takeTurns(await PGlite.create());
  let done = 0;
  const queue = Array.from({ length: 50 }, async (_, number) => {
    if (number % 2 === 0) await client.query("select 1");
    else await client.transaction(async (tx) => void (await tx.query("select 2")));
    done += 1;
  });
  const doneAtTurns: number[] = [];
  while (done < queue.length) {
    await new Promise((resolve) => setImmediate(resolve));
    doneAtTurns.push(done);
  }
  await Promise.all(queue);
  const jumps = doneAtTurns.map((count, turn) => count - (doneAtTurns[turn - 1] ?? 0));
  expect(Math.max(...jumps)).toBe(1);
  await client.close();
});
