// Owns `client.userTokens`: what your backend gives a page for a person who is logged in on your site.
import { WIDGET_PATHS } from "../protocol/paths.ts";
import type { UserTokenAnswer } from "../protocol/session.ts";
import { objectWith } from "./read.ts";
import type { Send } from "./request.ts";

export interface UserTokenInput {
  /** The public key of the page, `pk_live_...`. */
  client_key: string;
  /** Your own id of the person, up to 200 characters. */
  user_id: string;
  name?: string;
  email?: string;
  /** Facts for the agent, up to 2,048 bytes of JSON. */
  claims?: Record<string, unknown>;
}

export interface UserTokens {
  /**
   * Mints a visitor token for `data-user-token`: good for one exchange within `expires_in` (300) seconds.
   * @throws FoyerAdminError
   */
  create(input: UserTokenInput): Promise<UserTokenAnswer>;
}

export function userTokens(send: Send): UserTokens {
  return {
    create: (input) =>
      send({
        method: "POST",
        path: WIDGET_PATHS.userToken,
        body: input,
        // Nothing is stored when a token is minted: one that never arrived does no harm.
        isRepeatable: true,
        read: objectWith<UserTokenAnswer>("user_token", "expires_in"),
      }),
  };
}
