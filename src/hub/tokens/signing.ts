// Owns the signing keys: kept in the store, published as a JWKS, replaced with an overlap. A new key is published
// before it signs, because verifiers cache the set; an old one verifies until what it signed is over.
import { createHmac } from "node:crypto";
import { asc, sql } from "drizzle-orm";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK } from "jose";
import type { CryptoKey, JWK } from "jose";
import type { HubClock } from "../clock.ts";
import type { Database } from "../store/database.ts";
import { signingKeys } from "../store/schema.ts";

export const ALGORITHM = "ES256";

/** Verifiers cache the set for 5 minutes, hubs for one: by then everybody knows a new key. */
export const ROTATION_LEAD_MS = 10 * 60_000;
/** The longest lifetime a session token may be configured to have, seconds. */
export const MAX_SESSION_TTL_S = 86_400;
/** After its successor has begun to sign, a key verifies as long as a token of it can live. */
const OVERLAP_MS = MAX_SESSION_TTL_S * 1000 + 60_000;
const RELOAD_INTERVAL_MS = 60_000;

interface SigningKey {
  kid: string;
  /** ms since the epoch. */
  signsFromMs: number;
  privateKey: CryptoKey;
  publicKey: CryptoKey;
  publicJwk: JWK;
}

export interface SigningKeys {
  /** The key that signs new tokens. */
  readonly current: SigningKey;
  /** A key that may verify. */
  find(kid: string): Promise<SigningKey | null>;
  /** RFC 7517, public members only. */
  jwks(): Promise<{ keys: JWK[] }>;
  /** A stable secret text for a purpose (64 hex digits), never stored: HMAC-SHA256 under the oldest private key. */
  derive(purpose: string): string;
}

type KeyRow = typeof signingKeys.$inferSelect;

async function importKey({ kid, privateJwk, createdAt, signsFrom }: KeyRow): Promise<SigningKey> {
  const { kty, crv, x, y } = privateJwk;
  const publicJwk: JWK = {
    kty: kty ?? "EC",
    crv: crv ?? "",
    x: x ?? "",
    y: y ?? "",
    kid,
    alg: ALGORITHM,
    use: "sig",
  };
  const [privateKey, publicKey] = await Promise.all([
    importJWK(privateJwk, ALGORITHM),
    importJWK(publicJwk, ALGORITHM),
  ]);
  if (privateKey instanceof Uint8Array || publicKey instanceof Uint8Array) {
    throw new TypeError(`The stored signing key ${kid} is not an EC key`);
  }
  return { kid, signsFromMs: (signsFrom ?? createdAt).getTime(), privateKey, publicKey, publicJwk };
}

async function createKey(db: Database, now: Date, signsFrom: Date): Promise<string> {
  const pair = await generateKeyPair(ALGORITHM, { extractable: true });
  const privateJwk = await exportJWK(pair.privateKey);
  const kid = await calculateJwkThumbprint(privateJwk);
  await db.insert(signingKeys).values({ kid, privateJwk, createdAt: now, signsFrom });
  return kid;
}

/** Any number: hubs that change the keys of one database do so one after the other. */
const KEYS_LOCK = 5_136_012;

/** The keys of the store, oldest first. */
const readKeys = (db: Database): Promise<KeyRow[]> =>
  db
    .select()
    .from(signingKeys)
    .orderBy(sql`${signingKeys.signsFrom} asc nulls first`, asc(signingKeys.createdAt), asc(signingKeys.kid));

async function readOrCreateKeys(db: Database, now: Date): Promise<KeyRow[]> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${KEYS_LOCK})`);
    if ((await readKeys(tx)).length === 0) await createKey(tx, now, now);
    return readKeys(tx);
  });
}

/** The newest key that signs already; where the clock was set back before all of them, the oldest. */
function currentOf(keys: readonly SigningKey[], nowMs: number): SigningKey {
  const [oldest, ...newer] = keys;
  if (oldest === undefined) throw new TypeError("The store holds no signing key");
  return newer.reduce(
    (best, key) => (key.signsFromMs <= nowMs && key.signsFromMs >= best.signsFromMs ? key : best),
    oldest,
  );
}

/** Keys whose tokens may still be around, and those that will sign. */
function verifyingOf(keys: readonly SigningKey[], nowMs: number): SigningKey[] {
  const { signsFromMs } = currentOf(keys, nowMs);
  const isCovered = nowMs >= signsFromMs + OVERLAP_MS;
  return isCovered ? keys.filter((key) => key.signsFromMs >= signsFromMs) : [...keys];
}

/** Loads the keys of the store; makes the first one when there is none. Later ones are noticed within a minute. */
export async function loadSigningKeys(db: Database, clock: HubClock): Promise<SigningKeys> {
  const rows = await readOrCreateKeys(db, new Date(clock.now()));
  const oldestSecret = rows[0]?.privateJwk.d;
  if (oldestSecret === undefined) throw new TypeError("The store holds no usable signing key");
  let keys = await Promise.all(rows.map(importKey));
  let loadedAtMs = clock.now();
  const reload = async () => {
    const known = new Map(keys.map((key) => [key.kid, key]));
    keys = await Promise.all((await readKeys(db)).map((row) => known.get(row.kid) ?? importKey(row)));
  };
  /** The keys at hand stay good while the store does not answer. */
  const refresh = async () => {
    if (Math.abs(clock.now() - loadedAtMs) < RELOAD_INTERVAL_MS) return;
    loadedAtMs = clock.now();
    await reload().catch(() => {});
  };
  return {
    get current() {
      void refresh();
      return currentOf(keys, clock.now());
    },
    async find(kid) {
      await refresh();
      return verifyingOf(keys, clock.now()).find((key) => key.kid === kid) ?? null;
    },
    async jwks() {
      await refresh();
      return { keys: verifyingOf(keys, clock.now()).map((key) => key.publicJwk) };
    },
    derive: (purpose) =>
      createHmac("sha256", Buffer.from(oldestSecret, "base64url")).update(purpose).digest("hex"),
  };
}

/** A key that was made to replace the present one. */
export interface Rotation {
  kid: string;
  signsFrom: Date;
}

/** Makes the next signing key: published now, signing after the lead. A key that is already waiting is answered again. */
export async function rotateSigningKey(db: Database, clock: HubClock): Promise<Rotation> {
  const now = new Date(clock.now());
  await readOrCreateKeys(db, now);
  return db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${KEYS_LOCK})`);
    const newest = (await readKeys(tx)).at(-1);
    if (newest?.signsFrom && newest.signsFrom > now) return { kid: newest.kid, signsFrom: newest.signsFrom };
    const signsFrom = new Date(now.getTime() + ROTATION_LEAD_MS);
    return { kid: await createKey(tx, now, signsFrom), signsFrom };
  });
}
