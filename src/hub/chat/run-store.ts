// Owns what the store knows of runs: who makes them, whether they go on, what they have said. Through it every hub on
// one database can follow and stop the runs of the others. Knows no agent and no connection.
import { and, asc, eq, gt, inArray, isNull, lt, or, sql } from "drizzle-orm";
import type { SQL } from "drizzle-orm";
import type { HubClock } from "../clock.ts";
import { uuidv7 } from "../ids.ts";
import type { Database } from "../store/database.ts";
import { messages } from "../store/schema.ts";
import { runEvents, runs } from "../store/shared-schema.ts";

/** Ended runs can be read again this long. */
export const KEEP_MS = 10 * 60_000;

/** A run without a sign of life for this long has lost its hub. Judged by the database's clock. */
const isLost = sql<boolean>`${runs.endedAt} is null and ${runs.aliveAt} < now() - interval '20 seconds'`;
const isLive = and(isNull(runs.endedAt), sql`not (${isLost})`);
const isForgotten = sql`${runs.endedAt} is null and ${runs.aliveAt} < now() - interval '10 minutes'`;

export interface StoredRun {
  /** Key of its row. */
  key: string;
  /** The id on the wire. */
  runId: string;
  threadId: string;
  state: "live" | "ended" | "lost";
}

const columns = {
  key: runs.id,
  runId: runs.runId,
  threadId: runs.threadId,
  endedAt: runs.endedAt,
  isLost,
};

type Row = { key: string; runId: string; threadId: string; endedAt: Date | null; isLost: boolean };

const toStoredRun = ({ key, runId, threadId, endedAt, isLost }: Row): StoredRun => ({
  key,
  runId,
  threadId,
  state: endedAt !== null ? "ended" : isLost ? "lost" : "live",
});

/**
 * Opens a run under the wanted id, or under another one when the visitor has used it before; null when `max` answers are
 * being made for the visitor, by whichever hub.
 */
export async function addRun(
  db: Database,
  run: { owner: string; wantedId: string; threadId: string; hubId: string; max: number },
  clock: HubClock,
): Promise<{ key: string; runId: string } | null> {
  const { owner, wantedId, threadId, hubId, max } = run;
  const live = sql`select count(*) from ${runs} where ${and(eq(runs.owner, owner), isLive)}`;
  for (const runId of [wantedId, uuidv7(clock.now())]) {
    const [row] = await db
      .insert(runs)
      .select(
        sql`select ${uuidv7(clock.now())}::uuid, ${owner}::text, ${runId}::text, ${threadId}::text, ${hubId}::uuid,
          false, now(), null::timestamptz where (${live}) < ${max}`,
      )
      .onConflictDoNothing()
      .returning({ key: runs.id });
    if (row !== undefined) return { key: row.key, runId };
    if ((await liveRuns(db, owner)).length >= max) return null;
  }
  throw new TypeError("the run was not stored");
}

/** A run of this visitor that goes on or ended lately. */
export async function findRun(
  db: Database,
  owner: string,
  runId: string,
  clock: HubClock,
): Promise<StoredRun | null> {
  const [row] = await db
    .select(columns)
    .from(runs)
    .where(
      and(
        eq(runs.owner, owner),
        eq(runs.runId, runId),
        or(isNull(runs.endedAt), gt(runs.endedAt, new Date(clock.now() - KEEP_MS))),
      ),
    );
  return row === undefined ? null : toStoredRun(row);
}

/** The runs of one visitor are another's from now on, but for such as would stand there twice. */
export async function handOverRuns(db: Database, from: string, to: string): Promise<void> {
  const taken = sql`(select taken.run_id from ${runs} as taken where taken.owner = ${to})`;
  await db
    .update(runs)
    .set({ owner: to })
    .where(and(eq(runs.owner, from), sql`${runs.runId} not in ${taken}`));
}

/** How a run is now; null once it was removed. */
export async function stateOfRun(db: Database, key: string): Promise<StoredRun["state"] | null> {
  const [row] = await db.select(columns).from(runs).where(eq(runs.id, key));
  return row === undefined ? null : toStoredRun(row).state;
}

/** The answers being made for a visitor, by whichever hub. */
export async function liveRuns(db: Database, owner: string): Promise<StoredRun[]> {
  const rows = await db
    .select(columns)
    .from(runs)
    .where(and(eq(runs.owner, owner), isLive));
  return rows.map(toStoredRun);
}

/** The serialized events after an id, in order. */
export async function readEvents(db: Database, key: string, afterId: number): Promise<string[]> {
  const rows = await db
    .select()
    .from(runEvents)
    .where(and(eq(runEvents.run, key), gt(runEvents.lastId, afterId)))
    .orderBy(asc(runEvents.firstId));
  return rows.flatMap(({ firstId, events }) => events.slice(Math.max(0, afterId + 1 - firstId)));
}

/** Events of a run, in order; the first one has the id `firstId`. */
export interface EventBatch {
  run: string;
  firstId: number;
  events: readonly string[];
}

function insertion(batches: readonly EventBatch[]): SQL {
  const rows = batches.map(({ run, firstId, events }) => ({
    run,
    first_id: firstId,
    last_id: firstId + events.length - 1,
    events,
  }));
  return sql`
    insert into run_events (run, first_id, last_id, events)
    select said.run, said.first_id, said.last_id, said.events
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as said(run uuid, first_id integer, last_id integer, events jsonb)
    join runs on runs.id = said.run`;
}

/** Adds events of many runs at once. Those of a run that was removed meanwhile are dropped. */
export async function addEvents(db: Database, batches: readonly EventBatch[]): Promise<void> {
  if (batches.length > 0) await db.execute(insertion(batches));
}

/** Adds the last events of many runs, and ends them, in one statement. */
export async function endRuns(db: Database, last: readonly EventBatch[], now: Date): Promise<void> {
  const ended = inArray(
    runs.id,
    last.map(({ run }) => run),
  );
  await db.execute(sql`
    with ended as (update ${runs} set ended_at = ${now.toISOString()}::timestamptz where ${ended})
    ${insertion(last)}`);
}

/** Asks the hub that makes a run to stop it. */
export async function askToStop(db: Database, key: string): Promise<void> {
  await db.update(runs).set({ isStopAsked: true }).where(eq(runs.id, key));
}

/** Which runs of this hub it was asked to stop. */
export async function stopsAsked(db: Database, hubId: string): Promise<string[]> {
  const rows = await db
    .select({ key: runs.id })
    .from(runs)
    .where(and(eq(runs.hubId, hubId), isNull(runs.endedAt), eq(runs.isStopAsked, true)));
  return rows.map(({ key }) => key);
}

/** Says that these runs go on. */
export async function keepAlive(db: Database, keys: readonly string[]): Promise<void> {
  await db
    .update(runs)
    .set({ aliveAt: sql`now()` })
    .where(inArray(runs.id, [...keys]));
}

/** The store belongs to this hub alone: whatever is still open was left by one that ended. */
export async function loseAllRuns(db: Database): Promise<void> {
  await db
    .update(runs)
    .set({ aliveAt: sql`now() - interval '1 minute'` })
    .where(isNull(runs.endedAt));
}

/** Removes what nobody can read any more, and shows answers that have lost their hub as failed. */
export async function tidyRuns(db: Database, clock: HubClock): Promise<void> {
  await db.delete(runs).where(or(lt(runs.endedAt, new Date(clock.now() - KEEP_MS)), isForgotten));
  await db
    .update(messages)
    .set({ state: "failed" })
    .where(
      and(
        // As in the index of these rows: a parameter would hide it.
        sql`${messages.state} = 'running'`,
        sql`not exists (select 1 from ${runs} where ${runs.threadId} = ${messages.threadId}
          and ${runs.runId} = ${messages.runId} and ${isLive})`,
      ),
    );
}
