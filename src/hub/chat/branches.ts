// Owns the shape of a conversation: a tree in which each message knows the one before it, a branch being the way from a
// message to the start. Walks cost what they return, however long the conversation is.
import { and, asc, eq, inArray, isNull, or, sql } from "drizzle-orm";
import type { SQL } from "drizzle-orm";
import type { MessageBranch } from "../../protocol/rich.ts";
import type { Database } from "../store/database.ts";
import { messages } from "../store/schema.ts";

export type MessageRow = typeof messages.$inferSelect;

export async function findMessages(
  db: Database,
  threadId: string,
  ids: readonly string[],
): Promise<MessageRow[]> {
  if (ids.length === 0) return [];
  return db
    .select()
    .from(messages)
    .where(and(eq(messages.threadId, threadId), inArray(messages.id, [...ids])));
}

export const findMessage = async (db: Database, threadId: string, id: string): Promise<MessageRow | null> =>
  (await findMessages(db, threadId, [id]))[0] ?? null;

/** The ids that a recursive query over `path(id, depth)` finds, nearest first. */
async function idsAlong(db: Database, path: SQL): Promise<string[]> {
  const rows = await db
    .select({ id: sql<string>`path.id` })
    .from(sql`(${path}) as path`)
    .orderBy(sql`path.depth`);
  return rows.map(({ id }) => id);
}

/** The rows of one branch in order, from the last one up. */
function inOrder(rows: readonly MessageRow[], lastId: string | null, limit: number): MessageRow[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const branch: MessageRow[] = [];
  let next = byId.get(lastId ?? "");
  while (next !== undefined && branch.length < limit) {
    branch.unshift(next);
    next = byId.get(next.parentId ?? "");
  }
  return branch;
}

/** The branch that ends with a message, at most `limit` messages of it, and the messages with these ids; in one look. */
export async function recall(
  db: Database,
  threadId: string,
  want: { lastId: string | null; limit: number; ids: readonly string[] },
): Promise<{ branch: MessageRow[]; known: MessageRow[] }> {
  const { lastId, limit, ids } = want;
  const rows = await db
    .select()
    .from(messages)
    .where(
      and(
        eq(messages.threadId, threadId),
        sql`${messages.id} = any(array(
          with recursive way as (
            select id, parent_id, 1 as depth from messages where thread_id = ${threadId} and id = ${lastId}
            union all
            select above.id, above.parent_id, way.depth + 1 from way
            join messages as above on above.thread_id = ${threadId} and above.id = way.parent_id
            where way.depth < ${limit}
          )
          select id from way union select jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb)))`,
      ),
    );
  const wanted = new Set(ids);
  return { branch: inOrder(rows, lastId, limit), known: rows.filter(({ id }) => wanted.has(id)) };
}

/** The branch that ends with a message: at most `limit` messages of it, oldest first. */
export const branchTo = async (
  db: Database,
  threadId: string,
  lastId: string,
  limit: number,
): Promise<MessageRow[]> => (await recall(db, threadId, { lastId, limit, ids: [] })).branch;

/** Goes down from a message, always to the newest child, while `goesOn` holds of where it is. */
async function descend(db: Database, threadId: string, id: string, goesOn: SQL): Promise<string> {
  const ids = await idsAlong(
    db,
    sql`with recursive way as (
      select id, role, 0 as depth from messages where thread_id = ${threadId} and id = ${id}
      union all
      select below.id, below.role, way.depth + 1 from way
      cross join lateral (
        select id, role from messages where thread_id = ${threadId} and parent_id = way.id
        order by position desc limit 1
      ) as below
      where ${goesOn}
    ) select id, depth from way order by depth desc limit 1`,
  );
  return ids[0] ?? id;
}

/** The last message of the newest branch through a message. */
export const newestLeaf = (db: Database, threadId: string, id: string): Promise<string> =>
  descend(db, threadId, id, sql`true`);

/** What was answered to a message, or to one that was said right after it; null: nothing yet. */
export async function answerTo(db: Database, message: MessageRow): Promise<MessageRow | null> {
  const { threadId } = message;
  const id = await descend(db, threadId, message.id, sql`way.depth = 0 or way.role = 'user'`);
  const found = id === message.id ? null : await findMessage(db, threadId, id);
  return found?.role === "assistant" ? found : null;
}

/** The nearest message of the visitor on the way from a message to the start. */
export async function nearestQuestion(
  db: Database,
  threadId: string,
  id: string,
): Promise<MessageRow | null> {
  const ids = await idsAlong(
    db,
    sql`with recursive way as (
      select id, parent_id, role, 1 as depth from messages where thread_id = ${threadId} and id = ${id}
      union all
      select above.id, above.parent_id, above.role, way.depth + 1 from way
      join messages as above on above.thread_id = ${threadId} and above.id = way.parent_id
      where way.role <> 'user'
    ) select id, depth from way where role = 'user'`,
  );
  return ids[0] === undefined ? null : findMessage(db, threadId, ids[0]);
}

/** Up to `limit` messages that end with the message `id`, oldest first, and whether older ones exist. */
export async function pageUpTo(
  db: Database,
  threadId: string,
  id: string | null,
  limit: number,
): Promise<{ rows: MessageRow[]; hasMore: boolean }> {
  if (id === null) return { rows: [], hasMore: false };
  const rows = await branchTo(db, threadId, id, limit + 1);
  return { rows: rows.slice(-limit), hasMore: rows.length > limit };
}

/** For each message that has others in its place: which, oldest first, and which of them it is. */
export async function branchesAt(
  db: Database,
  threadId: string,
  rows: readonly MessageRow[],
): Promise<Map<string, MessageBranch>> {
  const parents = rows.flatMap(({ parentId }) => parentId ?? []);
  const places = [
    parents.length === 0 ? undefined : inArray(messages.parentId, parents),
    parents.length === rows.length ? undefined : isNull(messages.parentId),
  ];
  if (rows.length === 0) return new Map();
  const found = await db
    .select({ id: messages.id, parentId: messages.parentId })
    .from(messages)
    .where(and(eq(messages.threadId, threadId), or(...places)))
    .orderBy(asc(messages.position));
  const groups = new Map<string | null, string[]>();
  for (const { id, parentId } of found) groups.set(parentId, [...(groups.get(parentId) ?? []), id]);
  return new Map(
    [...groups.values()]
      .filter((ids) => ids.length > 1)
      .flatMap((ids) => ids.map((id, index) => [id, { index, count: ids.length, ids }] as const)),
  );
}
