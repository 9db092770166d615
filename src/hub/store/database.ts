// Owns opening and closing the database: embedded in memory or in a folder, or an external PostgreSQL. Same schema for all.
import { accessSync, constants, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { PGlite } from "@electric-sql/pglite";
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";
import { drizzle as drizzlePostgres } from "drizzle-orm/node-postgres";
import { migrate as migratePostgres } from "drizzle-orm/node-postgres/migrator";
import { drizzle as drizzleEmbedded } from "drizzle-orm/pglite";
import { migrate as migrateEmbedded } from "drizzle-orm/pglite/migrator";
import { Pool } from "pg";
import { lockDirectory } from "./lock.ts";
import { StoreError, unwritable } from "./store-error.ts";
import { takeTurns } from "./turns.ts";
import { refuseNewer } from "./version.ts";

export type DatabaseOptions =
  | {
      kind: "memory";
      /** Lives longer than the hub: closing the store leaves it open. @default one of the store's own */
      engine?: PGlite;
    }
  | { kind: "dir"; path: string }
  | { kind: "postgres"; url: string };

export type Database = PgDatabase<PgQueryResultHKT>;

export interface Store {
  db: Database;
  /** Connections to the external server, for libraries that bring their own SQL; null when embedded. */
  pool: Pool | null;
  close(): Promise<void>;
}

/** Any number, the same in every hub: two of them starting on one database migrate one after the other. */
const MIGRATION_LOCK = 5_136_011;

/** The migrations beside this module, in the sources as in a bundle. */
function defaultMigrationsDir(): string {
  return fileURLToPath(new URL("migrations", import.meta.url));
}

/** Opens the folder of an embedded database; what cannot be read as one is left as it is. */
async function openFolder(dataDir: string): Promise<PGlite> {
  const damaged = (cause?: unknown) =>
    new StoreError(
      "data_dir_damaged",
      `The data folder ${dataDir} holds no database that can be opened: move it away, or put back a copy`,
      cause,
    );
  const isEmpty = !existsSync(dataDir) || readdirSync(dataDir).length === 0;
  if (!isEmpty && !existsSync(join(dataDir, "PG_VERSION"))) throw damaged();
  return PGlite.create(dataDir).catch((failure: unknown) => {
    if (!isEmpty) throw damaged(failure);
    // Nothing of anybody's was in it: the half of a database would only be in the way of the next start.
    rmSync(dataDir, { recursive: true, force: true });
    throw unwritable(dataDir, failure);
  });
}

const createMemory = async (): Promise<PGlite> => takeTurns(await PGlite.create());

/** A database in memory that several hubs can have one after the other. Whoever makes it closes it. */
export async function openMemory(): Promise<{ database: DatabaseOptions; close(): Promise<void> }> {
  const engine = await createMemory();
  return { database: { kind: "memory", engine }, close: () => engine.close() };
}

async function openEmbedded(client: PGlite, migrationsFolder: string): Promise<Store> {
  // Joins as they are written: looking for a better order costs the embedded planner more than it ever saves here.
  await client.exec("set join_collapse_limit = 1");
  const db = drizzleEmbedded(client);
  try {
    await refuseNewer(db, migrationsFolder);
    await migrateEmbedded(db, { migrationsFolder });
  } catch (failure) {
    await client.close();
    throw failure;
  }
  return { db, pool: null, close: () => client.close() };
}

function prepareDirectory(path: string): string {
  const directory = resolve(path);
  try {
    mkdirSync(directory, { recursive: true });
    accessSync(directory, constants.W_OK);
  } catch (failure) {
    throw unwritable(directory, failure);
  }
  return directory;
}

async function openDirectory(path: string, migrationsFolder: string): Promise<Store> {
  const directory = prepareDirectory(path);
  const unlock = lockDirectory(directory);
  try {
    const store = await openEmbedded(takeTurns(await openFolder(join(directory, "pg"))), migrationsFolder);
    return {
      ...store,
      close: async () => {
        await store.close();
        unlock();
      },
    };
  } catch (failure) {
    unlock();
    throw failure;
  }
}

async function openPostgres(url: string, migrationsFolder: string): Promise<Store> {
  const pool = new Pool({ connectionString: url, connectionTimeoutMillis: 10_000 });
  // A connection that breaks while idle is replaced by the pool; without a listener it would end the process.
  pool.on("error", () => {});
  const client = await pool.connect().catch(async (failure: unknown) => {
    await pool.end();
    throw new StoreError("database_unreachable", "The PostgreSQL database cannot be reached", failure);
  });
  try {
    await client.query("select pg_advisory_lock($1)", [MIGRATION_LOCK]);
    await refuseNewer(drizzlePostgres(client), migrationsFolder);
    await migratePostgres(drizzlePostgres(client), { migrationsFolder });
    await client.query("select pg_advisory_unlock($1)", [MIGRATION_LOCK]);
  } catch (failure) {
    client.release(true);
    await pool.end();
    throw failure;
  }
  client.release();
  return { db: drizzlePostgres(pool), pool, close: () => pool.end() };
}

/**
 * Opens the store and brings its tables up to date.
 * @param migrationsDir folder with the generated SQL; default: `migrations` beside this module.
 * @throws StoreError when the folder is locked, damaged or cannot be written, the server cannot be reached, or the tables
 * are those of a newer release.
 */
export async function openStore(
  options: DatabaseOptions,
  migrationsDir = defaultMigrationsDir(),
): Promise<Store> {
  if (!existsSync(migrationsDir)) throw new Error(`No migrations in ${migrationsDir}`);
  switch (options.kind) {
    case "memory": {
      const store = await openEmbedded(options.engine ?? (await createMemory()), migrationsDir);
      return options.engine === undefined ? store : { ...store, close: async () => {} };
    }
    case "dir":
      return openDirectory(options.path, migrationsDir);
    case "postgres":
      return openPostgres(options.url, migrationsDir);
  }
}
