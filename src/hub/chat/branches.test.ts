import { readFileSync } from "node:fs";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Store } from "../store/database.ts";
import { accounts, messages, threads } from "../store/schema.ts";
import { openTestStore } from "../testing/store.ts";
import { newestLeaf, pageUpTo } from "./branches.ts";

const COUNT = 10_000;
const now = new Date(0);
const times = { createdAt: now, updatedAt: now };
const idAt = (index: number) => `m${String(index).padStart(5, "0")}`;

let store: Store;
beforeAll(async () => {
  store = await openTestStore();
  await store.db.insert(accounts).values({ id: 1, slug: "a", createdAt: now });
  const thread = { accountId: 1, subject: "guest:1", ...times };
  await store.db.insert(threads).values([
    { id: "long", ...thread },
    { id: "old", ...thread },
    { id: "empty", ...thread },
  ]);
  const rows = Array.from({ length: COUNT }, (_, index) => ({
    threadId: "long",
    id: idAt(index),
    parentId: index === 0 ? null : idAt(index - 1),
    role: "user" as const,
    content: "x",
    state: "complete" as const,
    ...times,
  }));
  for (let from = 0; from < COUNT; from += 1000)
    await store.db.insert(messages).values(rows.slice(from, from + 1000));
}, 60_000);
afterAll(() => store.close());

describe("a conversation of 10,000 messages at one time", () => {
  it("is read in pages, each message once and in order", async () => {
    const seen: string[] = [];
    for (let end: string | null = idAt(COUNT - 1); end !== null;) {
      const page = await pageUpTo(store.db, "long", end, 100);
      seen.unshift(...page.rows.map(({ id }) => id));
      expect(page.hasMore).toBe(page.rows[0]?.parentId !== null);
      end = page.rows[0]?.parentId ?? null;
    }
    expect(seen).toEqual(Array.from({ length: COUNT }, (_, index) => idAt(index)));
  }, 60_000);

  it("is walked by indexes: a page costs the same at the end as in a short one", async () => {
    const quickestMs = async (end: string) => {
      const took: number[] = [];
      for (let turn = 0; turn < 10; turn += 1) {
        const startedAtMs = performance.now();
        await pageUpTo(store.db, "long", end, 50);
        took.push(performance.now() - startedAtMs);
      }
      return Math.min(...took);
    };
    expect(await quickestMs(idAt(COUNT - 1))).toBeLessThan(5 * (await quickestMs(idAt(49))));
  });

  it("finds the end of a branch from its beginning", async () => {
    expect(await newestLeaf(store.db, "long", idAt(0))).toBe(idAt(COUNT - 1));
  }, 60_000);
});

it("conversations of an earlier release are one branch, in the order of arrival", async () => {
  for (const id of ["b", "a", "c"])
    await store.db
      .insert(messages)
      .values({ threadId: "old", id, role: "user", content: id, state: "complete", ...times });
  const file = new URL("../store/migrations/0004_branches_and_tools.sql", import.meta.url);
  const statements = readFileSync(file, "utf8").split("--> statement-breakpoint");
  for (const statement of statements.filter((text) => /^\s*UPDATE/.test(text)))
    await store.db.execute(sql.raw(statement));
  const known = await store.db.select({ id: threads.id, leafId: threads.leafId }).from(threads);
  expect(known).toContainEqual({ id: "old", leafId: "c" });
  expect(known).toContainEqual({ id: "empty", leafId: null });
  const page = await pageUpTo(store.db, "old", "c", 50);
  expect(page.rows.map(({ id }) => id)).toEqual(["b", "a", "c"]);
});
