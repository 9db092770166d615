// Owns new identifiers: UUIDv7 (sortable by birth) and random strings. Knows no tables.
import { randomBytes, randomInt } from "node:crypto";

/** UUIDv7 (RFC 9562): 48 bits of milliseconds, 74 random bits. */
export function uuidv7(nowMs: number): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(nowMs, 0, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

const KEY_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";

/** Uniform random text of the alphabet [a-z0-9]. */
export function randomText(length: number): string {
  return Array.from({ length }, () => KEY_ALPHABET.charAt(randomInt(KEY_ALPHABET.length))).join("");
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a text may be compared with a uuid column. */
export const isUuid = (text: string): boolean => UUID.test(text);

/** Whether a text may be compared with an integer id. */
export const isSerial = (text: string): boolean =>
  /^[1-9]\d{0,9}$/.test(text) && Number(text) <= 2_147_483_647;
