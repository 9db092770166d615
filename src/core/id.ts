// Owns the ids the client makes: threads, runs and messages. Knows nothing of what they name.
import type { Environment } from "./environment.ts";

/** A UUID v4. From raw random bytes, because `crypto.randomUUID` is missing on plain http pages. */
export function createId(env: Environment): string {
  const bytes = env.randomBytes(16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
