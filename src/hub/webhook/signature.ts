// Owns how a delivery is signed and how its body is written. Knows no store and no network.
import { createHmac, randomBytes } from "node:crypto";
import { WEBHOOK_HEADERS } from "../../protocol/webhook.ts";

const PREFIX = "whsec_";

/** A new secret: `whsec_` and 256 random bits in base64. */
export const newWebhookSecret = (): string => PREFIX + randomBytes(32).toString("base64");

const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text, "utf8");

/** Lowercase hex HMAC-SHA256 of the body under the whole text of the secret. */
export const bodySignature = (secret: string, body: string): string => hmac(secret, body).digest("hex");

/** Standard Webhooks: the key is what the base64 after the prefix says. */
function standardSignature(secret: string, content: string): string {
  const key = Buffer.from(secret.slice(PREFIX.length), "base64");
  return `v1,${hmac(key, content).digest("base64")}`;
}

/**
 * The headers that prove a delivery.
 * @param secrets newest first; the body signature, which holds one value only, is made with the newest.
 */
export function signatureHeaders(
  secrets: readonly [string, ...string[]],
  { id, timestampS, body }: { id: string; timestampS: number; body: string },
): Record<string, string> {
  const content = `${id}.${timestampS}.${body}`;
  return {
    [WEBHOOK_HEADERS.id]: id,
    [WEBHOOK_HEADERS.timestamp]: String(timestampS),
    [WEBHOOK_HEADERS.signature]: secrets.map((secret) => standardSignature(secret, content)).join(" "),
    [WEBHOOK_HEADERS.bodySignature]: bodySignature(secrets[0], body),
  };
}

/** JSON with sorted keys and no spaces: the form in which a body is signed. Members that are undefined are left out. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(",")}}`;
}
