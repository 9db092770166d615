// Owns new identifiers: UUIDv7 (sortable by birth) and random strings. Knows no tables.
import { randomInt, randomUUID } from "node:crypto";

/** UUIDv7 (RFC 9562): 48 bits of milliseconds, then what a random UUID (v4) has in the same places. */
export function uuidv7(nowMs: number): string {
  const time = Math.floor(nowMs).toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
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
