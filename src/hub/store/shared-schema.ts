// Owns the tables through which several hubs on one database act as one: live answers and rate limits.
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
  uuid,
  varchar,
} from "drizzle-orm/pg-core";
import { threads } from "./schema.ts";

const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });

/** An answer being made, or made lately: how every hub on this database knows of it. */
export const runs = pgTable(
  "runs",
  {
    id: uuid().primaryKey(),
    /** The visitor, as one text. */
    owner: text().notNull(),
    /** The id on the wire; the client may have chosen it. */
    runId: text("run_id").notNull(),
    threadId: text("thread_id")
      .notNull()
      .references(() => threads.id, { onDelete: "cascade" }),
    /** The hub that makes it. */
    hubId: uuid("hub_id").notNull(),
    /** Another hub was asked to stop it. */
    isStopAsked: boolean("is_stop_asked").notNull().default(false),
    /** Last sign of life, by the database's clock: hubs need not agree on the time. */
    aliveAt: at("alive_at").notNull().defaultNow(),
    /** By the database's clock. */
    endedAt: at("ended_at"),
  },
  (table) => [unique().on(table.owner, table.runId), index().on(table.threadId), index().on(table.hubId)],
);

/** The events of a run, several to a row. */
export const runEvents = pgTable(
  "run_events",
  {
    run: uuid()
      .notNull()
      .references(() => runs.id, { onDelete: "cascade" }),
    firstId: integer("first_id").notNull(),
    lastId: integer("last_id").notNull(),
    /** Serialized, in order; the first one has `first_id`. */
    events: jsonb().$type<string[]>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.run, table.firstId] })],
);

/**
 * Counters of the rate limits, in the shape their library writes. `expire` is ms since the epoch.
 * @public Only the migrations are made from it: the library brings its own SQL.
 */
export const rateLimits = pgTable("rate_limits", {
  key: varchar({ length: 255 }).primaryKey(),
  points: integer().notNull().default(0),
  expire: bigint({ mode: "number" }),
});
