// Owns what a page says about who is logged in. Trusts nothing of it.
import { isText, MAX_TOKEN } from "../protocol/read.ts";

/** Gets a user token from the site's backend: a new one at each call, for each works once. */
export type GetToken = () => string | Promise<string>;

/** Who is logged in: a user token, or how to get one. With both the token is used first. */
export type Identity = { token: string; getToken?: GetToken } | { token?: string; getToken: GetToken };

/** An identity that was read. Without a token nobody knows yet who it is. */
export interface Login {
  userToken: string | null;
  getToken: GetToken | null;
}

/** Null when it holds neither a token nor a function. */
export function readIdentity(identity: Partial<Identity> | null | undefined): Login | null {
  const { token, getToken } = identity ?? {};
  const login = {
    userToken: isText(token, MAX_TOKEN) ? token : null,
    getToken: typeof getToken === "function" ? getToken : null,
  };
  return login.userToken === null && login.getToken === null ? null : login;
}
