import { afterAll, beforeAll, expect, it } from "vitest";
import type { Store } from "../store/database.ts";
import { usedTokenIds } from "../store/schema.ts";
import { openTestStore } from "../testing/store.ts";
import { requireUnspent, spend } from "./spent.ts";

const NOW_MS = 1_800_000_000_000;
/** A visitor token lives 300 s, and 5 s of tolerance. */
const LAST_MS = NOW_MS + 305_000;

let store: Store;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store.close());

it("a visitor token is spent for as long as it would be believed, and forgotten after that", async () => {
  const { db } = store;
  await requireUnspent(db, "a");
  expect(await spend(db, "a", NOW_MS)).toBe(true);
  expect(await spend(db, "b", LAST_MS)).toBe(true);
  expect(await spend(db, "a", LAST_MS)).toBe(false);
  await expect(requireUnspent(db, "a")).rejects.toMatchObject({ code: "token_replayed" });
  expect(await spend(db, "c", NOW_MS + 601_000)).toBe(true);
  const kept = await db.select({ jti: usedTokenIds.jti }).from(usedTokenIds);
  expect(kept.map(({ jti }) => jti).toSorted()).toEqual(["b", "c"]);
});
