// Owns telling whether a database was written by a newer release than this one. Never changes anything.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import type { Database } from "./database.ts";
import { StoreError } from "./store-error.ts";

/** Time stamp of the newest migration that this release knows, ms. */
function newestKnown(migrationsFolder: string): number {
  const text = readFileSync(join(migrationsFolder, "meta", "_journal.json"), "utf8");
  const journal: { entries: { when: number }[] } = JSON.parse(text);
  return Math.max(...journal.entries.map((entry) => entry.when));
}

/** @throws StoreError `database_newer`: an old release would read new rows wrong and write what the new one cannot read */
export async function refuseNewer(db: Database, migrationsFolder: string): Promise<void> {
  const found = await db.execute<{ has_table: boolean }>(
    sql`select to_regclass('drizzle.__drizzle_migrations') is not null as has_table`,
  );
  if (!rowsOf(found)[0]?.["has_table"]) return;
  const applied = await db.execute(sql`select max(created_at) as newest from drizzle.__drizzle_migrations`);
  const newest = Number(rowsOf(applied)[0]?.["newest"] ?? 0);
  if (newest > newestKnown(migrationsFolder)) {
    throw new StoreError(
      "database_newer",
      "The database was written by a newer release: install that release of foyer-widget, or use another database",
    );
  }
}

/** Both drivers answer with `rows`, under types that share no name. */
function rowsOf(result: unknown): Record<string, unknown>[] {
  return typeof result === "object" && result !== null && "rows" in result && Array.isArray(result.rows)
    ? result.rows
    : [];
}
