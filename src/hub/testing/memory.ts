// Owns the embedded databases that the tests of one process have one after the other: opening one takes seconds,
// emptying it milliseconds.
import { PGlite } from "@electric-sql/pglite";
import type { DatabaseOptions } from "../store/database.ts";
import { takeTurns } from "../store/turns.ts";

const EMPTY = `do $$ declare names text; begin
  select string_agg(format('%I', tablename), ', ') into names from pg_tables where schemaname = 'public';
  if names is not null then execute 'truncate ' || names || ' restart identity'; end if;
end $$`;

/** Given back and empty. */
const idle: PGlite[] = [];

export interface LentMemory {
  engine: PGlite;
  database: DatabaseOptions;
  giveBack(): Promise<void>;
}

/** An empty database of the caller's own until it is given back. What opens it leaves it open. */
export async function lendMemory(): Promise<LentMemory> {
  const engine = idle.pop() ?? takeTurns(await PGlite.create());
  let isLent = true;
  return {
    engine,
    database: { kind: "memory", engine },
    async giveBack() {
      if (!isLent) return;
      isLent = false;
      await engine.exec(EMPTY);
      idle.push(engine);
    },
  };
}
