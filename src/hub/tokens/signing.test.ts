import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { decodeProtectedHeader } from "jose";
import { openStore } from "../store/database.ts";
import type { Store } from "../store/database.ts";
import { signingKeys } from "../store/schema.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import type { ManualClock } from "../testing/manual-clock.ts";
import { openTestStore } from "../testing/store.ts";
import { MAX_SESSION_TTL_S, ROTATION_LEAD_MS, loadSigningKeys, rotateSigningKey } from "./signing.ts";
import { createTokens } from "./tokens.ts";

const MINUTE_MS = 60_000;
const CLAIMS = { sub: "user:1", account: "demo", key_id: "k" };

describe("replacing the signing key", () => {
  let store: Store;
  let clock: ManualClock;
  beforeAll(async () => {
    store = await openTestStore();
  });
  afterAll(() => store.close());
  beforeEach(async () => {
    await store.db.delete(signingKeys);
    clock = createManualClock();
  });
  const open = async () => {
    const keys = await loadSigningKeys(store.db, clock);
    const tokens = createTokens(keys, clock, "http://hub");
    const kidOf = async () => decodeProtectedHeader(await tokens.mintVisitor(CLAIMS)).kid;
    return { keys, tokens, kidOf };
  };

  it("publishes first, signs later, and ends nobody's token", async () => {
    const hub = await open();
    const oldKid = hub.keys.current.kid;
    const { kid, signsFrom } = await rotateSigningKey(store.db, clock);
    expect(signsFrom.getTime() - clock.now()).toBe(ROTATION_LEAD_MS);
    await clock.advance(MINUTE_MS);
    expect((await hub.keys.jwks()).keys.map((key) => key.kid)).toEqual([oldKid, kid]);
    expect(await hub.kidOf()).toBe(oldKid);

    await clock.advance(ROTATION_LEAD_MS - MINUTE_MS - 1000);
    const lastOfOld = await hub.tokens.mintVisitor(CLAIMS);
    await clock.advance(1000);
    expect(await hub.kidOf()).toBe(kid);
    await clock.advance(4 * MINUTE_MS);
    expect(await hub.tokens.verifyVisitor(lastOfOld)).toMatchObject({ sub: "user:1" });
  });

  it("stops publishing a key when nothing it signed can be alive", async () => {
    const hub = await open();
    const { kid } = await rotateSigningKey(store.db, clock);
    await clock.advance(ROTATION_LEAD_MS + MAX_SESSION_TTL_S * 1000);
    expect((await hub.keys.jwks()).keys).toHaveLength(2);
    await clock.advance(2 * MINUTE_MS);
    expect((await hub.keys.jwks()).keys.map((key) => key.kid)).toEqual([kid]);
  });

  it("keeps what was derived from the first key, such as the demo's secret", async () => {
    const before = (await open()).keys.derive("purpose");
    await rotateSigningKey(store.db, clock);
    await clock.advance(3 * MAX_SESSION_TTL_S * 1000);
    expect((await open()).keys.derive("purpose")).toBe(before);
  });

  it("asked again or by two at once, makes one next key", async () => {
    await open();
    const [one, two] = await Promise.all([
      rotateSigningKey(store.db, clock),
      rotateSigningKey(store.db, clock),
    ]);
    expect(two).toEqual(one);
    expect(await store.db.select().from(signingKeys)).toHaveLength(2);
    await clock.advance(ROTATION_LEAD_MS + 1);
    expect((await rotateSigningKey(store.db, clock)).kid).not.toBe(one.kid);
  });

  it("works on a store that no hub has opened yet", async () => {
    const { kid } = await rotateSigningKey(store.db, clock);
    const hub = await open();
    expect(hub.keys.current.kid).not.toBe(kid);
  });

  it("goes on with the keys at hand while the store does not answer", async () => {
    const other = await openStore({ kind: "memory" });
    const keys = await loadSigningKeys(other.db, clock);
    const { kid } = keys.current;
    await other.close();
    await clock.advance(5 * MINUTE_MS);
    expect((await keys.jwks()).keys.map((key) => key.kid)).toEqual([kid]);
    expect((await keys.find(kid))?.kid).toBe(kid);
  });
});
