// Owns the bodies of the auth endpoints as the hub reads them. Apart from session.ts, because a browser has no use for it.
import * as v from "valibot";
import { MAX_TOKEN } from "./read.ts";

const text = (max: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(max));

export const guestRequest = v.object({ client_key: text(200), agent_id: v.nullish(text(200)) });
export const exchangeRequest = v.object({
  client_key: text(200),
  token: v.pipe(text(MAX_TOKEN), v.description("A visitor token; alias user_token")),
  agent_id: v.nullish(text(200)),
  guest_refresh_token: v.nullish(
    v.pipe(
      text(512),
      v.description("Of the guest whom this user was until now: ends that session; see merge_guest_threads"),
    ),
  ),
});
export const refreshRequest = v.object({ refresh_token: text(512) });
export const userTokenRequest = v.object({
  client_key: text(200),
  user_id: v.pipe(
    text(200),
    v.description("The site's own id of the person, sub is user:<user_id>; alias external_user_id"),
  ),
  name: v.nullish(v.pipe(text(200), v.description("Alias display_name"))),
  email: v.nullish(text(320)),
  claims: v.nullish(
    v.pipe(v.record(v.string(), v.unknown()), v.description("Travel in every token; up to 2048 bytes")),
  ),
});
