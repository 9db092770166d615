// Owns `client.orgs`: the orgs of one owner, between which publishable keys can be transferred.
import type { CreatedOrg, Org } from "../protocol/orgs.ts";
import { ORGS_PATH } from "../protocol/paths.ts";
import { listWith, objectWith } from "./read.ts";
import type { Send } from "./request.ts";

/** Every call throws FoyerAdminError. */
export interface Orgs {
  /** The orgs of your owner, yours included; `id` is what `transfer` takes for `target_org_id`. */
  list(): Promise<Org[]>;
  /** Creates an org of the same owner. `secret_key` in the answer is shown this once. */
  create(input: { slug: string }): Promise<CreatedOrg>;
}

const readOrg = objectWith<Org>("id", "slug");
const readCreated = objectWith<CreatedOrg>("id", "slug", "secret_key");

export function orgs(send: Send): Orgs {
  return {
    list: () => send({ method: "GET", path: ORGS_PATH, read: listWith(readOrg) }),
    create: (input) => send({ method: "POST", path: ORGS_PATH, body: input, read: readCreated }),
  };
}
