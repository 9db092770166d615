// Owns proving that a webhook came from the hub, for a site's backend. Web standards only: runs on every fetch runtime.
import { parseIncomingEvent, WEBHOOK_HEADERS, WEBHOOK_TOLERANCE_S } from "../protocol/webhook.ts";
import type { IncomingEvent } from "../protocol/webhook.ts";

export interface VerifyWebhookInput {
  /** The account's webhook secret, `whsec_...`; both while it is being changed. */
  secrets: readonly string[];
  /** Of the request: a `Headers`, or an object such as Node's `request.headers`. */
  headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Exactly as it was received: parsing and writing it again breaks the signature. */
  rawBody: string | Uint8Array;
  /** ms since the epoch. @default Date.now() */
  now?: number;
  /**
   * Keeps the id of a genuine delivery until `untilMs` and answers whether it was new: false refuses a replay.
   * @default a captured delivery can be replayed within its 300 s
   */
  remember?: (id: string, untilMs: number) => boolean | Promise<boolean>;
}

export type WebhookRefusal =
  /** A header is missing or not of its form. */
  | "headers_invalid"
  /** More than 300 s old, or as far in the future. */
  | "timestamp_out_of_range"
  /** No signature was made with one of the secrets. */
  | "signature_invalid"
  | "replayed"
  /** Genuine, but nothing that this version knows. */
  | "event_unknown";

export type WebhookVerdict =
  { kind: "ok"; id: string; event: IncomingEvent } | { kind: "refused"; reason: WebhookRefusal };

const ID = /^[\w-]{1,128}$/;
const SECONDS = /^\d{1,12}$/;
const HMAC = { name: "HMAC", hash: "SHA-256" };
const HMAC_BYTES = 32;
/** A header holds one signature per secret; a longer list only costs time. */
const MAX_SIGNATURES = 8;

function headerOf(headers: VerifyWebhookInput["headers"], name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : headers[name];
  return typeof value === "string" ? value : "";
}

/** The bytes of a base64 text, or null. */
function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  } catch {
    return null;
  }
}

/** The `v1` signatures of a header; others are of versions that are not known here. */
function signaturesOf(header: string): Uint8Array<ArrayBuffer>[] {
  return header
    .split(" ")
    .filter((entry) => entry.startsWith("v1,"))
    .slice(0, MAX_SIGNATURES)
    .map((entry) => fromBase64(entry.slice("v1,".length)))
    .filter((bytes) => bytes?.byteLength === HMAC_BYTES)
    .filter((bytes) => bytes !== null);
}

async function isSignedWith(
  secret: string,
  content: Uint8Array<ArrayBuffer>,
  signatures: readonly Uint8Array<ArrayBuffer>[],
): Promise<boolean> {
  const bytes = fromBase64(secret.replace(/^whsec_/, ""));
  if (bytes === null || bytes.byteLength === 0) return false;
  const key = await crypto.subtle.importKey("raw", bytes, HMAC, false, ["verify"]);
  // `verify` compares in constant time.
  const results = await Promise.all(
    signatures.map((signature) => crypto.subtle.verify("HMAC", key, signature, content)),
  );
  return results.includes(true);
}

function signedContent(id: string, timestamp: string, rawBody: string | Uint8Array): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const head = encoder.encode(`${id}.${timestamp}.`);
  const body = typeof rawBody === "string" ? encoder.encode(rawBody) : rawBody;
  const content = new Uint8Array(head.byteLength + body.byteLength);
  content.set(head);
  content.set(body, head.byteLength);
  return content;
}

function parseBody(rawBody: string | Uint8Array): IncomingEvent | null {
  try {
    return parseIncomingEvent(
      JSON.parse(typeof rawBody === "string" ? rawBody : new TextDecoder().decode(rawBody)),
    );
  } catch {
    return null;
  }
}

const refused = (reason: WebhookRefusal): WebhookVerdict => ({ kind: "refused", reason });

/**
 * Tells whether a delivery is genuine (Standard Webhooks: HMAC-SHA256 over id, timestamp and body, at most 300 s old) and
 * only then reads its event.
 *
 * Answer a refused one with 401 and nothing else. Never throws for anything a stranger may send.
 */
export async function verifyWebhook(input: VerifyWebhookInput): Promise<WebhookVerdict> {
  const { secrets, headers, rawBody, now = Date.now(), remember } = input;
  const id = headerOf(headers, WEBHOOK_HEADERS.id);
  const timestamp = headerOf(headers, WEBHOOK_HEADERS.timestamp);
  const signatures = signaturesOf(headerOf(headers, WEBHOOK_HEADERS.signature));
  if (!ID.test(id) || !SECONDS.test(timestamp)) return refused("headers_invalid");
  if (Math.abs(now / 1000 - Number(timestamp)) > WEBHOOK_TOLERANCE_S)
    return refused("timestamp_out_of_range");
  const content = signedContent(id, timestamp, rawBody);
  const genuine = await Promise.all(secrets.map((secret) => isSignedWith(secret, content, signatures)));
  if (!genuine.includes(true)) return refused("signature_invalid");
  // A delivery is in range until this moment; its id need not be known any longer.
  const untilMs = (Number(timestamp) + WEBHOOK_TOLERANCE_S) * 1000;
  if (remember !== undefined && !(await remember(id, untilMs))) return refused("replayed");
  const event = parseBody(rawBody);
  return event === null ? refused("event_unknown") : { kind: "ok", id, event };
}
