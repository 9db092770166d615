// Owns `foyer keys`: the public keys of an account from the command line. What is said of widget keys is here, the other
// dialect in publishable-keys.ts; an id tells which one is meant.
import { Option, type Command } from "commander";
import type { WidgetKey } from "../../admin.ts";
import { CommandError } from "../command-error.ts";
import { plainText, printAnswer, table } from "../print.ts";
import { addHubCommand, connect } from "./hub-command.ts";
import type { HubFlags } from "./hub-command.ts";
import {
  createPublishable,
  deletePublishable,
  listPublishable,
  publishableId,
  revokePublishable,
  transfer,
  updatePublishable,
} from "./publishable-keys.ts";
import type { PublishableCreateFlags, PublishableUpdateFlags } from "./publishable-keys.ts";

const DIALECTS = ["widget-key", "publishable-key"] as const;

interface DialectFlags extends HubFlags {
  dialect: (typeof DIALECTS)[number];
}
type CreateFlags = DialectFlags & PublishableCreateFlags;
/** `domain` false: the list is emptied. `agent` false: the pin is taken away. */
type UpdateFlags = PublishableUpdateFlags;

function stateOf(key: WidgetKey): string {
  if (key.disabled_at !== null) return `revoked ${key.disabled_at}`;
  return key.domain_allowlist.length === 0 ? "blocked: no domain" : "active";
}

const toRow = (key: WidgetKey): string[] => [
  key.id,
  key.name,
  `...${key.key_last8}`,
  key.domain_allowlist.join(" "),
  key.agent_id ?? "-",
  stateOf(key),
  key.last_used_at ?? "never",
];

/** @throws CommandError `invalid_flag` when a flag of the other dialect is given. */
function refuseWebhook(flags: { mode?: string; webhookUrl?: string }): void {
  if (flags.mode === undefined && flags.webhookUrl === undefined) return;
  throw new CommandError("invalid_flag", "only publishable keys have a mode and a webhook", {
    hint: "Add --dialect publishable-key, or give the integer id of one",
    exitCode: 2,
  });
}

async function list(flags: DialectFlags): Promise<void> {
  if (flags.dialect === "publishable-key") return listPublishable(flags);
  const found = await connect(flags).widgetKeys.list();
  const titles = ["ID", "NAME", "KEY", "DOMAINS", "AGENT", "STATE", "LAST USED"];
  printAnswer(flags, found, found.length === 0 ? ["No keys."] : table(titles, found.map(toRow)));
}

async function create(flags: CreateFlags): Promise<void> {
  if (flags.dialect === "publishable-key") return createPublishable(flags);
  refuseWebhook(flags);
  const { name, domain = [], agent, hub } = flags;
  if (name === undefined) {
    throw new CommandError("missing_name", "a widget key needs --name <text>", { exitCode: 2 });
  }
  const key = await connect(flags).widgetKeys.create({
    name,
    domain_allowlist: domain,
    ...(agent === undefined ? {} : { agent_id: agent }),
  });
  printAnswer(flags, key, [
    `Key      ${key.public_key}   (shown only now)`,
    `Id       ${key.id}`,
    `Name     ${plainText(key.name)}`,
    `Domains  ${key.domain_allowlist.join(" ") || "none: the key is blocked until it has one"}`,
    "",
    `<script src="${hub.replace(/\/+$/, "")}/foyer.js" data-client-key="${key.public_key}" async></script>`,
  ]);
}

async function update(id: string, flags: UpdateFlags): Promise<void> {
  const { name, domain, agent, webhookUrl, enable } = flags;
  if ([name, domain, agent, webhookUrl, enable].every((flag) => flag === undefined)) {
    throw new CommandError("nothing_to_update", "no flag says what to change", {
      hint: "Give --name, --domain, --agent, --webhook-url or --enable",
      exitCode: 2,
    });
  }
  const number = publishableId(id);
  if (number !== null) return updatePublishable(number, flags);
  refuseWebhook(flags);
  const patch = {
    ...(name === undefined ? {} : { name }),
    ...(domain === undefined ? {} : { domain_allowlist: domain === false ? [] : domain }),
    ...(agent === undefined ? {} : { agent_id: agent === false ? null : agent }),
    ...(enable === undefined ? {} : { disabled: false }),
  };
  await connect(flags).widgetKeys.update(id, patch);
  printAnswer(flags, { id, ...patch }, [`Updated ${id}.`]);
}

async function revoke(id: string, flags: HubFlags): Promise<void> {
  const number = publishableId(id);
  if (number !== null) return revokePublishable(number, flags);
  await connect(flags).widgetKeys.update(id, { disabled: true });
  printAnswer(flags, { id, disabled: true }, [`Revoked ${id}: pages with this key stop at their next call.`]);
}

async function remove(id: string, flags: HubFlags): Promise<void> {
  const number = publishableId(id);
  if (number !== null) return deletePublishable(number, flags);
  await connect(flags).widgetKeys.delete(id);
  printAnswer(flags, { id, deleted: true }, [
    `Deleted ${id}; a key that was used stays in the list, revoked.`,
  ]);
}

const dialectOption = () =>
  new Option("--dialect <dialect>", "which kind of public key").choices(DIALECTS).default("widget-key");
const webhookHelp = "who answers is asked here at each new session; publishable keys only";

function addListAndCreate(keys: Command): void {
  addHubCommand(keys, {
    usage: "list",
    summary: "List the keys of one dialect, newest first.",
    examples: ["keys list", "keys list --dialect publishable-key --json --hub https://hub.example"],
  })
    .addOption(dialectOption())
    .action(list);
  addHubCommand(keys, {
    usage: "create",
    summary: "Mint a key; a widget key is shown this once.",
    examples: [
      "keys create --name Shop --domain shop.example '*.shop.example' --agent support",
      "keys create --dialect publishable-key --domain shop.example --agent support",
      "keys create --dialect publishable-key --domain shop.example --mode webhook --webhook-url https://shop.example/hook",
    ],
  })
    .addOption(dialectOption())
    .option("--name <text>", "what the key is for, up to 120 characters; a widget key needs one")
    .option("--domain <entry...>", "sites that may use it, such as shop.example, *.shop.example, localhost:*")
    .option("--agent <agent>", "the agent on every page with this key: id, slug or number")
    .addOption(
      new Option("--mode <mode>", "how a publishable key finds its agent").choices(["agent", "webhook"]),
    )
    .option("--webhook-url <url>", webhookHelp)
    .action(create);
}

function addChanges(keys: Command): void {
  addHubCommand(keys, {
    usage: "update <id>",
    summary: "Change what the flags name.",
    examples: [
      "keys update 0198... --domain shop.example",
      "keys update 0198... --no-agent --enable",
      "keys update 12 --webhook-url https://shop.example/hook",
    ],
  })
    .option("--name <text>", "another name")
    .option("--domain <entry...>", "replaces the whole list")
    .option("--no-domain", "empties the list, which blocks a widget key")
    .option("--agent <agent>", "another agent: id, slug or number")
    .option("--no-agent", "lets each page name its agent; widget keys only")
    .option("--webhook-url <url>", webhookHelp)
    .option("--enable", "takes a revocation back")
    .action(update);
  addHubCommand(keys, {
    usage: "revoke <id>",
    summary: "Stop a key: its sessions end at their next call.",
    examples: ["keys revoke 0198..."],
  }).action(revoke);
  addHubCommand(keys, {
    usage: "delete <id>",
    summary: "Delete a key; one that was used, and every publishable key, stays in the list.",
    examples: ["keys delete 0198..."],
  }).action(remove);
  addHubCommand(keys, {
    usage: "transfer <id>",
    summary: "Copy or move a publishable key to another org of the same owner.",
    examples: ["keys transfer 12 --org acme_lab --mode copy"],
  })
    .requiredOption("--org <org>", "where it goes: id or slug")
    .addOption(
      new Option("--mode <mode>", "copy makes a new key there, move takes this one")
        .choices(["copy", "move"])
        .makeOptionMandatory(),
    )
    .option("--name <text>", "its name there")
    .action(transfer);
}

/** Adds `keys` with its subcommands to the program; returns it, so that others can add theirs. */
export function addKeysCommand(program: Command): Command {
  const keys = program.command("keys").description("Public keys: mint, list, change, revoke, transfer.");
  addListAndCreate(keys);
  addChanges(keys);
  return keys;
}
