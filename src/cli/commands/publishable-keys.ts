// Owns `foyer keys` for the other dialect: publishable keys, told by their integer ids, and their way to other orgs.
import type { FoyerAdmin, PublishableKey, TransferInput } from "../../admin.ts";
import { CommandError } from "../command-error.ts";
import { plainText, printAnswer, table } from "../print.ts";
import { connect } from "./hub-command.ts";
import type { HubFlags } from "./hub-command.ts";

export interface PublishableCreateFlags extends HubFlags {
  name?: string;
  domain?: string[];
  agent?: string;
  mode?: "agent" | "webhook";
  webhookUrl?: string;
}
export interface PublishableUpdateFlags extends HubFlags {
  name?: string;
  domain?: string[] | false;
  agent?: string | false;
  webhookUrl?: string;
  enable?: true;
}
export interface TransferFlags extends HubFlags {
  org: string;
  mode: TransferInput["mode"];
  name?: string;
}

/** The id of a publishable key as a number; null for the id of a widget key. */
export const publishableId = (id: string): number | null => (/^\d{1,10}$/.test(id) ? Number(id) : null);

function stateOf(key: PublishableKey): string {
  if (!key.is_active) return "deleted";
  return key.is_enabled ? "active" : "disabled";
}

const bindingOf = (key: PublishableKey): string => key.webhook_url ?? `agent ${key.agent_id ?? "-"}`;

const toRow = (key: PublishableKey): string[] => [
  String(key.id),
  key.name,
  key.key,
  key.allowed_domains.join(" "),
  bindingOf(key),
  stateOf(key),
];

/** The agent's number, however it was named. @throws CommandError `agent_not_found` */
async function numberOf(client: FoyerAdmin, reference: string): Promise<number> {
  const found = (await client.agents.list()).find(({ id, slug, number }) =>
    [id, slug, String(number)].includes(reference),
  );
  if (found !== undefined) return found.number;
  throw new CommandError("agent_not_found", "--agent names no agent of this account", {
    hint: "foyer agent list shows them",
  });
}

/** @throws CommandError `org_not_found` */
async function orgId(client: FoyerAdmin, reference: string): Promise<number> {
  const found = (await client.orgs.list()).find(({ id, slug }) => [String(id), slug].includes(reference));
  if (found !== undefined) return found.id;
  throw new CommandError("org_not_found", "--org names no org of this owner", {
    hint: "foyer org list shows them",
  });
}

const describe = ({ hub }: HubFlags, key: PublishableKey): string[] => [
  `Key      ${key.key}`,
  `Id       ${key.id}`,
  `Name     ${plainText(key.name)}`,
  `Domains  ${key.allowed_domains.join(" ")}`,
  `Bound to ${plainText(bindingOf(key))}`,
  "",
  `<script src="${hub.replace(/\/+$/, "")}/foyer.js" data-client-key="${key.key}" async></script>`,
];

export async function listPublishable(flags: HubFlags): Promise<void> {
  const found = await connect(flags).publishableKeys.list();
  const titles = ["ID", "NAME", "KEY", "DOMAINS", "BOUND TO", "STATE"];
  printAnswer(flags, found, found.length === 0 ? ["No keys."] : table(titles, found.map(toRow)));
}

export async function createPublishable(flags: PublishableCreateFlags): Promise<void> {
  const { name, domain = [], agent, webhookUrl } = flags;
  const client = connect(flags);
  const key = await client.publishableKeys.create({
    allowed_domains: domain,
    mode: flags.mode ?? (webhookUrl === undefined ? "agent" : "webhook"),
    ...(name === undefined ? {} : { name }),
    ...(agent === undefined ? {} : { agent_id: await numberOf(client, agent) }),
    ...(webhookUrl === undefined ? {} : { webhook_url: webhookUrl }),
  });
  printAnswer(flags, key, describe(flags, key));
}

/** @throws CommandError `invalid_flag` for what this dialect does not have. */
export async function updatePublishable(id: number, flags: PublishableUpdateFlags): Promise<void> {
  const { name, domain, agent, webhookUrl, enable } = flags;
  if (domain === false || agent === false || (agent !== undefined && webhookUrl !== undefined)) {
    throw new CommandError(
      "invalid_flag",
      "a publishable key has a domain and exactly one of agent and webhook",
      {
        hint: "Give --domain with what is to stay, and --agent or --webhook-url",
        exitCode: 2,
      },
    );
  }
  const client = connect(flags);
  const key = await client.publishableKeys.update(id, {
    ...(name === undefined ? {} : { name }),
    ...(domain === undefined ? {} : { allowed_domains: domain }),
    ...(agent === undefined ? {} : { mode: "agent", agent_id: await numberOf(client, agent) }),
    ...(webhookUrl === undefined ? {} : { mode: "webhook", webhook_url: webhookUrl }),
    ...(enable === undefined ? {} : { is_enabled: true }),
  });
  printAnswer(flags, key, [`Updated ${id}.`]);
}

export async function revokePublishable(id: number, flags: HubFlags): Promise<void> {
  const key = await connect(flags).publishableKeys.update(id, { is_enabled: false });
  printAnswer(flags, key, [`Disabled ${id}: pages with this key stop at their next call.`]);
}

export async function deletePublishable(id: number, flags: HubFlags): Promise<void> {
  await connect(flags).publishableKeys.delete(id);
  printAnswer(flags, { id, deleted: true }, [`Deleted ${id} for good; it stays in the list.`]);
}

/** @throws CommandError `not_transferable` for a widget key. */
export async function transfer(id: string, flags: TransferFlags): Promise<void> {
  const number = publishableId(id);
  if (number === null) {
    throw new CommandError("not_transferable", "only publishable keys, which have integer ids, change orgs", {
      hint: "foyer keys list --dialect publishable-key shows them",
      exitCode: 2,
    });
  }
  const client = connect(flags);
  const key = await client.publishableKeys.transfer(number, {
    target_org_id: await orgId(client, flags.org),
    mode: flags.mode,
    ...(flags.name === undefined ? {} : { name: flags.name }),
  });
  printAnswer(flags, key, describe(flags, key));
}
