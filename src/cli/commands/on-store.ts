// Owns commands that work on the store itself: which store is meant, opening it, and what to say when that fails.
import { HubError } from "../../hub/errors.ts";
import { openStore } from "../../hub/store/database.ts";
import type { Database, DatabaseOptions } from "../../hub/store/database.ts";
import { StoreError } from "../../hub/store/store-error.ts";
import { CommandError } from "../command-error.ts";

export interface StoreFlags {
  data?: string;
  /** True: the flag without an address. */
  databaseUrl?: string | true;
}

/**
 * The store that the flags name; null when they name none.
 * @throws CommandError `missing_database_url`
 */
export function storeOf({ data, databaseUrl }: StoreFlags): DatabaseOptions | null {
  if (data !== undefined) return { kind: "dir", path: data };
  if (databaseUrl === undefined) return null;
  const url = databaseUrl === true ? process.env["DATABASE_URL"] : databaseUrl;
  if (url === undefined || url === "") {
    const message = "--database-url has no address and DATABASE_URL is not set";
    throw new CommandError("missing_database_url", message, { exitCode: 2 });
  }
  return { kind: "postgres", url };
}

/** @throws CommandError `missing_store` */
export function requireStore(flags: StoreFlags): DatabaseOptions {
  const store = storeOf(flags);
  if (store !== null) return store;
  throw new CommandError("missing_store", "no store is named", {
    hint: "Give --data <dir> or --database-url",
    exitCode: 2,
  });
}

/** Runs a task on a store and closes it. @throws CommandError when it cannot be opened or refuses. */
export async function onStore<T>(options: DatabaseOptions, task: (db: Database) => Promise<T>): Promise<T> {
  try {
    const store = await openStore(options);
    try {
      return await task(store.db);
    } finally {
      await store.close();
    }
  } catch (error) {
    if (error instanceof StoreError) throw new CommandError(error.code, error.message);
    if (error instanceof HubError) throw new CommandError(error.code, error.options.detail ?? error.message);
    throw error;
  }
}
