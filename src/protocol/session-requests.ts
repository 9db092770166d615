// Owns the bodies of the auth endpoints as the hub reads them. Apart from session.ts, because a browser has no use for it.
import * as v from "valibot";
import { MAX_TOKEN } from "./read.ts";

const text = (max: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(max));

export const guestRequest = v.object({ client_key: text(200), agent_id: v.nullish(text(200)) });
export const exchangeRequest = v.object({
  client_key: text(200),
  token: text(MAX_TOKEN),
  agent_id: v.nullish(text(200)),
});
export const refreshRequest = v.object({ refresh_token: text(512) });
export const userTokenRequest = v.object({
  client_key: text(200),
  /** The site's own id of the person; becomes `sub = user:<user_id>`. Alias `external_user_id`. */
  user_id: text(200),
  /** Alias `display_name`. */
  name: v.nullish(text(200)),
  email: v.nullish(text(320)),
  claims: v.nullish(v.record(v.string(), v.unknown())),
});
