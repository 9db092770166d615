// Owns the management shapes of orgs (`/api/v1/orgs`): accounts of one owner, between which keys may be transferred.
import * as v from "valibot";

export const createOrgRequest = v.object({
  /** Stands in the org's keys, so it is as plain as they are. */
  slug: v.pipe(
    v.string(),
    v.regex(
      /^[a-z0-9](?:[a-z0-9_]{0,38}[a-z0-9])?$/,
      "must be of a-z, 0-9 and _ inside, up to 40 characters",
    ),
  ),
});

export const org = v.object({
  id: v.pipe(v.number(), v.integer()),
  slug: v.string(),
});
export type Org = v.InferOutput<typeof org>;

/** Answer of create: the only time that the org's first secret key is shown. */
export const createdOrg = v.object({ ...org.entries, secret_key: v.string() });
export type CreatedOrg = v.InferOutput<typeof createdOrg>;
