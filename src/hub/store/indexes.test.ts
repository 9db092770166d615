import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openTestStore } from "../testing/store.ts";
import type { Store } from "./database.ts";

/** Tables that grow with every visit. */
const GROWING = ["sessions", "refresh_tokens", "used_token_ids", "threads", "messages", "runs", "run_events"];

let store: Store;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store.close());

const rowsOf = async (statement: ReturnType<typeof sql>) => {
  const { rows } = (await store.db.execute(statement)) as unknown as { rows: Record<string, unknown>[] };
  return rows;
};

it("what is deleted along with something else is found by an index", async () => {
  const unindexed = await rowsOf(sql`
    select c.conname from pg_constraint c
    where c.contype = 'f'
      and c.conrelid::regclass::text in (select jsonb_array_elements_text(${JSON.stringify(GROWING)}::jsonb))
      and not exists (
        select 1 from pg_index i where i.indrelid = c.conrelid and i.indpred is null and i.indkey[0] = c.conkey[1]
      )`);
  expect(unindexed).toEqual([]);
});

it.each([
  "delete from used_token_ids where expires_at < now()",
  "delete from refresh_tokens where expires_at < now()",
  "delete from sessions where expires_at < now() or revoked_at < now()",
  "select * from refresh_tokens where hash = 'x'",
  "select * from messages where state = 'running'",
  "select * from runs where owner = 'x' and run_id = 'y'",
  "select * from threads where account_id = 1 and subject = 'x' order by updated_at desc, id desc",
  "select * from messages where thread_id = 'x' and parent_id = 'y' order by position",
])("%s: reads no whole table", async (statement) => {
  const plan = await store.db.transaction(async (tx) => {
    // A table without rows is read whole wherever that is possible at all.
    await tx.execute(sql`set local enable_seqscan = off`);
    return tx.execute(sql.raw(`explain ${statement}`));
  });
  expect(JSON.stringify(plan)).not.toContain("Seq Scan");
});
