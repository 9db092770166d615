// Owns secrets that are compared by digest: refresh tokens, keys, and the sealed envelope only a token can open.
import { createCipheriv, createDecipheriv, hash, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";

/** SHA-256, hex: the only form in which a secret is stored. */
export const digest = (secret: string): string => hash("sha256", secret, "hex");

/** Compares two digests in constant time. */
export function isSameDigest(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

const TOKEN_BYTES = 32;
const POOL_BYTES = 128 * TOKEN_BYTES;
let pool = Buffer.alloc(0);
let drawn = 0;

/** 256 random bits, base64url. Drawn from a pool, since asking the system costs more than the bits; no bit stays in it. */
function drawRandom(): string {
  if (drawn === pool.length) {
    pool = randomBytes(POOL_BYTES);
    drawn = 0;
  }
  const [from, to] = [drawn, drawn + TOKEN_BYTES];
  const text = pool.toString("base64url", from, to);
  pool.fill(0, from, to);
  drawn = to;
  return text;
}

/** A new refresh token: 256 random bits. */
export const newRefreshToken = (): string => `rt_${drawRandom()}`;

const IV_BYTES = 12;
const TAG_BYTES = 16;

const sealingKey = (token: string): Buffer =>
  Buffer.from(hkdfSync("sha256", token, "foyer", "refresh successor", 32));

/** Encrypts text so that only the holder of the token reads it (AES-256-GCM, base64url). */
export function seal(text: string, token: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv("aes-256-gcm", sealingKey(token), iv);
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), body]).toString("base64url");
}

/** @throws when the text was sealed for another token or changed since. */
export function unseal(sealed: string, token: string): string {
  const bytes = Buffer.from(sealed, "base64url");
  const iv = bytes.subarray(0, IV_BYTES);
  const tag = bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES);
  const decipher = createDecipheriv("aes-256-gcm", sealingKey(token), iv, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(tag);
  return decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, "utf8") + decipher.final("utf8");
}
