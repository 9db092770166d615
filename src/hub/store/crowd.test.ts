import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createManualClock } from "../testing/manual-clock.ts";
import { addPlace, familyAt, openTestStore } from "../testing/store.ts";
import type { Place } from "../testing/store.ts";
import { createCrowd } from "./crowd.ts";
import type { Store } from "./database.ts";
import { sessions } from "./schema.ts";

let store: Store;
let place: Place;
beforeAll(async () => {
  store = await openTestStore();
  place = await addPlace(store);
});
afterAll(() => store.close());

const family = (agentId: string) => familyAt({ ...place, agentId }, new Date(0));

it("a session whose agent was deleted since it was looked up fails alone, and says so", async () => {
  const crowd = createCrowd(store.db, createManualClock(0), true);
  const families = [place.agentId, place.agentId, crypto.randomUUID(), place.agentId].map(family);
  const outcomes = await Promise.allSettled(families.map((one) => crowd.saveFamily(one)));
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
  expect(outcomes[2]).toMatchObject({ reason: { code: "agent_not_found" } });
  expect(await store.db.select().from(sessions).where(eq(sessions.keyId, place.keyId))).toHaveLength(3);
});

it("a session whose key was deleted is told so", async () => {
  const crowd = createCrowd(store.db, createManualClock(0), true);
  const { session, token } = family(place.agentId);
  const gone = { session: { ...session, keyId: crypto.randomUUID() }, token };
  await expect(crowd.saveFamily(gone)).rejects.toMatchObject({ code: "unknown_client_key" });
});
