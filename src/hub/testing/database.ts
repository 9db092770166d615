// Owns where a test's database comes from: a new one on the test server, or a lent one in memory where there is none.
import type { DatabaseOptions } from "../store/database.ts";
import { lendMemory } from "./memory.ts";
import { createTestDatabase, testServerUrl } from "./postgres.ts";

/** An empty database. What opens it is closed first, then `end` is called. */
export async function openTestDatabase(): Promise<{ database: DatabaseOptions; end(): Promise<void> }> {
  if (testServerUrl === undefined) {
    const { database, giveBack } = await lendMemory();
    return { database, end: giveBack };
  }
  const { url, drop } = await createTestDatabase(testServerUrl);
  return { database: { kind: "postgres", url }, end: drop };
}
