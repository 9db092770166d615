// Owns webhooks on the wire: the event a hub posts, the headers that prove it, and the answer that chooses an agent.
import * as v from "valibot";

/** Header names. The first three are Standard Webhooks (https://www.standardwebhooks.com), the last signs the body alone. */
export const WEBHOOK_HEADERS = {
  id: "webhook-id",
  /** Seconds since the epoch. */
  timestamp: "webhook-timestamp",
  /** `v1,<base64 HMAC-SHA256 of id.timestamp.body>`; several, separated by spaces, while a secret is changed. */
  signature: "webhook-signature",
  /** Lowercase hex HMAC-SHA256 of the body. */
  bodySignature: "X-ThunderPhone-Signature",
} as const;

/** How far the timestamp of a delivery may be from the receiver's clock, seconds. */
export const WEBHOOK_TOLERANCE_S = 300;

const incomingEvent = v.object({
  type: v.literal("call.incoming"),
  data: v.object({
    /** One number per new session. */
    call_id: v.number(),
    from_number: v.string(),
    to_number: v.string(),
    publishable_key_id: v.optional(v.number()),
    /** What the page named in `data-agent`. */
    agent: v.nullish(v.string()),
    /** The page's origin. */
    origin: v.optional(v.string()),
    visitor: v.optional(
      v.object({
        /** The site's own id of a user, a random one of a guest. */
        id: v.string(),
        type: v.picklist(["guest", "user"]),
        name: v.optional(v.string()),
        email: v.optional(v.string()),
        /** What the site's backend said about a user when it minted the visitor token. */
        claims: v.optional(v.record(v.string(), v.unknown())),
      }),
    ),
  }),
});

/** A new session is being made: the receiver says which agent answers it. */
export type IncomingEvent = v.InferOutput<typeof incomingEvent>;

/** Reads a delivered event. Null for anything else. */
export function parseIncomingEvent(body: unknown): IncomingEvent | null {
  const parsed = v.safeParse(incomingEvent, body);
  return parsed.success ? parsed.output : null;
}

const text = (max: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(max));

/** What a receiver answers: an agent (id, slug or number), or a prompt and a voice, or all of them. */
export const webhookAnswer = v.pipe(
  v.object({
    agent_id: v.nullish(v.union([text(200), v.pipe(v.number(), v.safeInteger())])),
    prompt: v.nullish(text(20_000)),
    voice: v.nullish(text(200)),
  }),
  v.check(({ agent_id, prompt, voice }) => (agent_id ?? null) !== null || Boolean(prompt && voice)),
);

/** How an account's webhooks are signed, and who answers when one names no agent. */
export const webhookSettings = v.object({
  secret: v.pipe(v.string(), v.description("whsec_ and base64: verifies the signatures of deliveries")),
  previous_secret: v.pipe(
    v.nullable(v.string()),
    v.description("Signs beside the secret until previous_until"),
  ),
  previous_until: v.nullable(v.string()),
  fallback_agent_id: v.pipe(
    v.nullable(v.string()),
    v.description("Null: a failed webhook refuses the visitor"),
  ),
  updated_at: v.string(),
});
export type WebhookSettingsAnswer = v.InferOutput<typeof webhookSettings>;

/** PATCH: an agent's id, slug or number; null for none. */
export const updateWebhookSettingsRequest = v.object({
  fallback_agent_id: v.nullable(v.union([text(200), v.pipe(v.number(), v.safeInteger())])),
});
