// Owns the management shapes of publishable keys (`/v1/publishable-key`), the dialect with integer ids.
import * as v from "valibot";

const KEY_MODES = ["agent", "webhook"] as const;

const name = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(120));
const integer = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2_147_483_647));
const mode = v.picklist(KEY_MODES);
const allowedDomains = v.pipe(
  v.array(v.string()),
  v.minLength(1, "At least one allowed domain is required."),
);
const agentId = v.nullish(v.pipe(integer, v.description("Number of an agent; needed by the mode agent")));
const webhook = v.nullish(
  v.pipe(v.string(), v.maxLength(2000), v.description("https; needed by the mode webhook")),
);

/** The binding of the other mode is not stored: a key has exactly one. */
export const createPublishableKeyRequest = v.object({
  name: v.optional(name, "Web Widget"),
  mode: v.optional(mode, "agent"),
  agent_id: agentId,
  webhook_url: webhook,
  allowed_domains: v.pipe(allowedDomains, v.description("host or *.host, up to 100")),
  is_enabled: v.optional(v.boolean(), true),
});

/** PATCH: members that are missing stay as they are. Another mode needs its binding in the same request. */
export const updatePublishableKeyRequest = v.object({
  name: v.optional(name),
  mode: v.optional(mode),
  agent_id: agentId,
  webhook_url: webhook,
  allowed_domains: v.optional(v.pipe(allowedDomains, v.description("Replaces the whole list"))),
  is_enabled: v.optional(v.boolean()),
});
export type UpdatePublishableKey = v.InferOutput<typeof updatePublishableKeyRequest>;

export const transferRequest = v.object({
  target_org_id: integer,
  mode: v.pipe(
    v.picklist(["copy", "move"]),
    v.description("copy makes a new key there, move takes this one there"),
  ),
  name: v.optional(v.pipe(name, v.description("The name stays unless one is given"))),
});

export const publishableKey = v.object({
  id: integer,
  name: v.string(),
  key: v.pipe(v.string(), v.description("The whole key, at any time")),
  key_prefix: v.pipe(v.string(), v.description("Its first 12 characters")),
  allowed_domains: v.array(v.string()),
  is_active: v.pipe(v.boolean(), v.description("False once deleted, for good")),
  is_enabled: v.boolean(),
  mode,
  agent_id: v.nullable(integer),
  webhook_url: v.nullable(v.string()),
  created_at: v.string(),
  updated_at: v.string(),
});
export type PublishableKey = v.InferOutput<typeof publishableKey>;
