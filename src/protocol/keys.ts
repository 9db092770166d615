// Owns the shapes of keys: which string is public, which is secret, and how a new public key is spelled.

/** Length of the random tail of a public key, of the alphabet [a-z0-9]. */
export const KEY_RANDOM_LENGTH = 26;

const PUBLIC_KEY = /^pk_live_\w{6,120}$/;
const SECRET_KEY = /^sk_/;

export type ClientKeyProblem = "missing_client_key" | "invalid_client_key" | "secret_key_in_browser";

/** Tells what is wrong with a value meant as a public client key, or null when its shape is right. */
export function checkClientKey(value: unknown): ClientKeyProblem | null {
  if (typeof value !== "string" || value.trim() === "") return "missing_client_key";
  if (SECRET_KEY.test(value.trim())) return "secret_key_in_browser";
  return PUBLIC_KEY.test(value) ? null : "invalid_client_key";
}
