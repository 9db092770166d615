// Owns the signing keys: made once, kept in the store, published as a JWKS. Several may verify, the newest signs.
import { createHmac } from "node:crypto";
import { asc, sql } from "drizzle-orm";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK } from "jose";
import type { CryptoKey, JWK } from "jose";
import type { Database } from "../store/database.ts";
import { signingKeys } from "../store/schema.ts";

export const ALGORITHM = "ES256";

interface SigningKey {
  kid: string;
  privateKey: CryptoKey;
  publicKey: CryptoKey;
  publicJwk: JWK;
}

export interface SigningKeys {
  /** The key that signs new tokens. */
  readonly current: SigningKey;
  find(kid: string): SigningKey | null;
  /** RFC 7517, public members only. */
  jwks(): { keys: JWK[] };
  /** A stable secret text for a purpose (64 hex digits), never stored: HMAC-SHA256 under the oldest private key. */
  derive(purpose: string): string;
}

async function importKey(kid: string, privateJwk: JWK): Promise<SigningKey> {
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
  return { kid, privateKey, publicKey, publicJwk };
}

async function createKey(db: Database, now: Date): Promise<void> {
  const pair = await generateKeyPair(ALGORITHM, { extractable: true });
  const privateJwk = await exportJWK(pair.privateKey);
  const kid = await calculateJwkThumbprint(privateJwk);
  await db.insert(signingKeys).values({ kid, privateJwk, createdAt: now });
}

/** Any number: two hubs that start on one empty database make one key, not two. */
const CREATION_LOCK = 5_136_012;

/** Loads the keys of the store; makes the first one when there is none. */
export async function loadSigningKeys(db: Database, now: Date): Promise<SigningKeys> {
  const rows = await db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${CREATION_LOCK})`);
    const read = () =>
      tx.select().from(signingKeys).orderBy(asc(signingKeys.createdAt), asc(signingKeys.kid));
    if ((await read()).length === 0) await createKey(tx, now);
    return read();
  });
  const keys = await Promise.all(rows.map((row) => importKey(row.kid, row.privateJwk)));
  const [current, oldestSecret] = [keys.at(-1), rows[0]?.privateJwk.d];
  if (current === undefined || oldestSecret === undefined)
    throw new TypeError("The store holds no usable signing key");
  return {
    current,
    find: (kid) => keys.find((key) => key.kid === kid) ?? null,
    jwks: () => ({ keys: keys.map((key) => key.publicJwk) }),
    derive: (purpose) =>
      createHmac("sha256", Buffer.from(oldestSecret, "base64url")).update(purpose).digest("hex"),
  };
}
