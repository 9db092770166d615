// Owns counting the statements that reach a store, embedded or a server: for tests that hold a request to a number.
import { PGlite } from "@electric-sql/pglite";
import { Client } from "pg";

let statements = 0;

/** Replaces a method by one that counts its calls and then does the same. */
function counted(prototype: object, name: "_runExclusiveQuery" | "query"): void {
  const run: unknown = Reflect.get(prototype, name);
  if (typeof run !== "function") throw new TypeError(`there is no ${name} to count`);
  Object.defineProperty(prototype, name, {
    value: function countAndRun(this: unknown, ...args: unknown[]): unknown {
      statements += 1;
      return Reflect.apply(run, this, args);
    },
  });
}
counted(PGlite.prototype, "_runExclusiveQuery");
counted(Client.prototype, "query");

/** How many statements a task needs, those of its transactions' beginnings and ends included. */
export async function statementsOf(task: () => Promise<unknown>): Promise<number> {
  const before = statements;
  await task();
  return statements - before;
}
