// Owns the management shapes of widget keys (`/api/v1/widget-keys`).
import * as v from "valibot";

const name = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(120));
const allowlist = v.array(v.string());

export const createWidgetKeyRequest = v.object({
  name,
  domain_allowlist: v.optional(
    v.pipe(allowlist, v.description("host or *.host, up to 100; empty blocks the key until it has an entry")),
    [],
  ),
  agent_id: v.nullish(v.pipe(v.string(), v.description("A pin: wins over the snippet's data-agent")), null),
});

/** PATCH: members that are missing stay as they are. */
export const updateWidgetKeyRequest = v.object({
  name: v.optional(name),
  domain_allowlist: v.optional(v.pipe(allowlist, v.description("Replaces the whole list"))),
  agent_id: v.nullish(v.pipe(v.string(), v.description("Null unpins"))),
  disabled: v.optional(v.pipe(v.boolean(), v.description("True revokes; the first time is kept"))),
});

const timestampOrNull = v.nullable(v.string());

export const widgetKey = v.object({
  id: v.string(),
  name: v.string(),
  /** All that is kept in the clear. */
  key_last8: v.pipe(v.string(), v.description("The last eight characters of the key")),
  domain_allowlist: allowlist,
  agent_id: v.nullable(v.string()),
  disabled_at: timestampOrNull,
  last_used_at: timestampOrNull,
  created_at: v.string(),
  updated_at: v.string(),
});
export type WidgetKey = v.InferOutput<typeof widgetKey>;

/** Answer of create: the only time that the key itself is shown. `client_key` is an alias. */
export const createdWidgetKey = v.object({
  ...widgetKey.entries,
  public_key: v.string(),
  client_key: v.string(),
});
export type CreatedWidgetKey = v.InferOutput<typeof createdWidgetKey>;
