// Owns the management shapes of widget keys (`/api/v1/widget-keys`).
import * as v from "valibot";

const name = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(120));
const allowlist = v.array(v.string());

export const createWidgetKeyRequest = v.object({
  name,
  /** Empty or missing is legal: the key is blocked until it has an entry. At most 100 entries. */
  domain_allowlist: v.optional(allowlist, []),
  /** A pin: wins over the snippet's `data-agent`. */
  agent_id: v.nullish(v.string(), null),
});

/** PATCH: members that are missing stay as they are. */
export const updateWidgetKeyRequest = v.object({
  name: v.optional(name),
  /** Replaces the whole list. */
  domain_allowlist: v.optional(allowlist),
  /** Null unpins. */
  agent_id: v.nullish(v.string()),
  disabled: v.optional(v.boolean()),
});

export interface WidgetKey {
  id: string;
  name: string;
  /** The last eight characters of the key: all that is kept in the clear. */
  key_last8: string;
  domain_allowlist: string[];
  agent_id: string | null;
  disabled_at: string | null;
  last_used_at: string | null;
  created_at: string;
  updated_at: string;
}

/** Answer of create: the only time that the key itself is shown. `client_key` is an alias. */
export interface CreatedWidgetKey extends WidgetKey {
  public_key: string;
  client_key: string;
}
