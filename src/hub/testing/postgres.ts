// Owns databases for tests on a real PostgreSQL server: a fresh one for each hub, dropped with it. Knows when a store,
// also an embedded one, is at work.
import { randomUUID } from "node:crypto";
import { PGlite } from "@electric-sql/pglite";
import { Client, Pool } from "pg";

/** A server on which tests may make and drop databases, e.g. `postgres://foyer@127.0.0.1:5432/postgres`. */
export const testServerUrl = process.env["TEST_DATABASE_URL"];

const pools = new Set<Pool>();
if (testServerUrl !== undefined) {
  const { connect } = Pool.prototype;
  Object.defineProperty(Pool.prototype, "connect", {
    value: function connectAndNote(this: Pool, ...args: unknown[]): unknown {
      pools.add(this);
      const connected: unknown = Reflect.apply(connect, this, args);
      return connected;
    },
  });
}

let embeddedTasks = 0;
const { _runExclusiveTransaction: runTask } = PGlite.prototype;
Object.defineProperty(PGlite.prototype, "_runExclusiveTransaction", {
  value: async function runAndNote(this: PGlite, task: () => Promise<unknown>): Promise<unknown> {
    embeddedTasks += 1;
    return runTask.call(this, task).finally(() => (embeddedTasks -= 1));
  },
});

/** Whether an answer of a store is awaited: virtual time stands still meanwhile, as if the store took none. */
export function isStoreBusy(): boolean {
  if (embeddedTasks > 0) return true;
  for (const pool of pools) {
    if (pool.ended) pools.delete(pool);
    else if (pool.totalCount > pool.idleCount || pool.waitingCount > 0) return true;
  }
  return false;
}

async function onServer(serverUrl: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

export interface TestDatabase {
  url: string;
  drop(): Promise<void>;
}

export async function createTestDatabase(serverUrl: string): Promise<TestDatabase> {
  const name = `foyer_test_${randomUUID().replaceAll("-", "")}`;
  await onServer(serverUrl, `create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => onServer(serverUrl, `drop database if exists ${name} with (force)`) };
}
