import { afterAll, beforeEach, expect, it } from "vitest";
import { insertFamilies } from "../store/crowd.ts";
import type { Store } from "../store/database.ts";
import { clientKeys, refreshTokens, sessions } from "../store/schema.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { addPlace, familyAt, openTestStore } from "../testing/store.ts";
import type { Place } from "../testing/store.ts";
import { createSessionTidy, tidySessions } from "./tidy.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = 100 * DAY;

let store: Store;
let place: Place | undefined;
beforeEach(async () => {
  store ??= await openTestStore();
  place ??= await addPlace(store);
  await store.db.delete(sessions);
});
afterAll(() => store.close());

/** Keeps a session that is over at this time, and tells its id. */
async function keep(endMs: number, change: { revokedAt?: Date } = {}): Promise<string> {
  if (place === undefined) throw new Error("no key to have a session with");
  const { session, token } = familyAt(place, new Date(endMs));
  await insertFamilies(store.db, [{ session: { ...session, ...change }, token }]);
  return session.id;
}
const sessionIds = async () => (await store.db.select().from(sessions)).map(({ id }) => id).toSorted();
const tokenHashes = async () => (await store.db.select().from(refreshTokens)).map(({ hash }) => hash);

it("forgets what has been over for a day, with its tokens, and nothing else", async () => {
  const kept = [
    await keep(NOW + 1),
    await keep(NOW - DAY),
    await keep(NOW + DAY, { revokedAt: new Date(NOW - DAY) }),
  ];
  await keep(NOW - DAY - 1);
  await keep(NOW + DAY, { revokedAt: new Date(NOW - DAY - 1) });
  await tidySessions(store.db, NOW);
  expect(await sessionIds()).toEqual(kept.toSorted());
  expect(await tokenHashes()).toHaveLength(3);
  expect(await store.db.select().from(clientKeys)).toHaveLength(1);
});

it("a session that goes on loses the tokens that nobody used in time", async () => {
  const id = await keep(NOW + DAY);
  const at = (hash: string, ms: number) => ({ hash, sessionId: id, expiresAt: new Date(ms) });
  await store.db
    .insert(refreshTokens)
    .values([at("stale", NOW - DAY - 1), at("fresh", NOW), at("used long ago", NOW - 2 * DAY)]);
  await tidySessions(store.db, NOW);
  expect(await sessionIds()).toEqual([id]);
  expect((await tokenHashes()).toSorted()).toEqual(["fresh", `hash ${id}`]);
});

it("more than one statement takes are forgotten too", async () => {
  const current = place;
  if (current === undefined) throw new Error("no key to have a session with");
  const old = Array.from({ length: 450 }, () => familyAt(current, new Date(0)));
  await insertFamilies(store.db, old);
  await tidySessions(store.db, NOW);
  expect(await sessionIds()).toEqual([]);
});

it("is done when the first session starts, and hourly from then on", async () => {
  const clock = createManualClock(NOW);
  const warnings: unknown[] = [];
  const tidy = createSessionTidy(store.db, clock, (line) => warnings.push(line));
  /** Whether a session that is over outlives the next session that starts. */
  const isForgotten = async (passMs: number): Promise<boolean> => {
    const id = await keep(0);
    await clock.advance(passMs);
    await tidy.note();
    return !(await sessionIds()).includes(id);
  };
  expect(await isForgotten(0)).toBe(true);
  expect(await isForgotten(HOUR - 1)).toBe(false);
  expect(await isForgotten(1)).toBe(true);
  await tidy.close();
  expect(await isForgotten(HOUR)).toBe(false);
  expect(warnings).toEqual([]);
});
