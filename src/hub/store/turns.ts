// Owns letting the event loop turn while the embedded database works off a queue. Knows no table.
import type { PGlite } from "@electric-sql/pglite";

/**
 * The embedded database runs in this thread and answers without ever waiting for anything, so that a long queue of
 * statements would hold up timers and connections until the last one. From now on each waits for a turn of its own.
 */
export function takeTurns(client: PGlite): PGlite {
  const runNext = client._runExclusiveTransaction.bind(client);
  client._runExclusiveTransaction = (task) =>
    runNext(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return task();
    });
  return client;
}
