// Owns `foyer org`: accounts with keys and agents of their own. The first one is made on the store itself: there is no
// secret key yet that could ask a hub for it.
import type { Command } from "commander";
import * as v from "valibot";
import type { CreatedOrg } from "../../admin.ts";
import { systemClock } from "../../hub/clock.ts";
import { createOrg } from "../../hub/orgs.ts";
import type { DatabaseOptions } from "../../hub/store/database.ts";
import { createOrgRequest } from "../../protocol/orgs.ts";
import { CommandError } from "../command-error.ts";
import { printAnswer, table } from "../print.ts";
import { addHubCommand, connect } from "./hub-command.ts";
import type { HubFlags } from "./hub-command.ts";
import { onStore, storeOf } from "./on-store.ts";
import type { StoreFlags } from "./on-store.ts";

interface CreateFlags extends HubFlags, StoreFlags {}

/** @throws CommandError when the slug cannot be used or is taken, or the store cannot be opened. */
async function createInStore(slug: string, database: DatabaseOptions): Promise<CreatedOrg> {
  const parsed = v.safeParse(createOrgRequest, { slug });
  if (!parsed.success) {
    throw new CommandError("invalid_slug", `the slug ${parsed.issues[0].message}`, { exitCode: 2 });
  }
  return onStore(database, (db) => createOrg({ db, clock: systemClock() }, { slug, ownerId: null }));
}

async function create(slug: string, flags: CreateFlags): Promise<void> {
  const store = storeOf(flags);
  const org = store === null ? await connect(flags).orgs.create({ slug }) : await createInStore(slug, store);
  printAnswer(flags, org, [
    `Org         ${org.slug}`,
    `Id          ${org.id}`,
    `Secret key  ${org.secret_key}   (shown only now; for your backend only)`,
  ]);
}

async function list(flags: HubFlags): Promise<void> {
  const found = await connect(flags).orgs.list();
  printAnswer(
    flags,
    found,
    table(
      ["ID", "SLUG"],
      found.map(({ id, slug }) => [String(id), slug]),
    ),
  );
}

/** Adds `org` with its subcommands to the program. */
export function addOrgCommand(program: Command): void {
  const org = program.command("org").description("Orgs: accounts with keys and agents of their own.");
  addHubCommand(org, {
    usage: "create <slug>",
    summary: "Create an org with its first secret key, which is shown this once.",
    examples: [
      "org create acme --data .foyer          (the first org; the hub must not be running)",
      "org create acme --database-url         (the first org, on the PostgreSQL of DATABASE_URL)",
      "org create acme_lab                    (another one of the same owner, through the hub)",
    ],
  })
    .option("--data <dir>", "make it on the store in this folder")
    .option("--database-url [url]", "make it on this PostgreSQL; without an address: DATABASE_URL")
    .action(create);
  addHubCommand(org, {
    usage: "list",
    summary: "List the orgs of your owner, yours included.",
    examples: ["org list"],
  }).action(list);
}
