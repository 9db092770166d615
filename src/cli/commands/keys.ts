// Owns `foyer keys`: the widget keys of an account from the command line.
import type { Command } from "commander";
import type { WidgetKey } from "../../admin.ts";
import { CommandError } from "../command-error.ts";
import { plainText, printAnswer, table } from "../print.ts";
import { addHubCommand, connect } from "./hub-command.ts";
import type { HubFlags } from "./hub-command.ts";

interface CreateFlags extends HubFlags {
  name: string;
  domain?: string[];
  agent?: string;
}
interface UpdateFlags extends HubFlags {
  name?: string;
  /** False: the list is emptied. */
  domain?: string[] | false;
  /** False: the pin is taken away. */
  agent?: string | false;
  enable?: true;
}

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

async function list(flags: HubFlags): Promise<void> {
  const found = await connect(flags).widgetKeys.list();
  const titles = ["ID", "NAME", "KEY", "DOMAINS", "AGENT", "STATE", "LAST USED"];
  printAnswer(flags, found, found.length === 0 ? ["No keys."] : table(titles, found.map(toRow)));
}

async function create(flags: CreateFlags): Promise<void> {
  const { name, domain = [], agent, hub } = flags;
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
  const { name, domain, agent, enable } = flags;
  const patch = {
    ...(name === undefined ? {} : { name }),
    ...(domain === undefined ? {} : { domain_allowlist: domain === false ? [] : domain }),
    ...(agent === undefined ? {} : { agent_id: agent === false ? null : agent }),
    ...(enable === undefined ? {} : { disabled: false }),
  };
  if (Object.keys(patch).length === 0) {
    throw new CommandError("nothing_to_update", "no flag says what to change", {
      hint: "Give --name, --domain, --agent or --enable",
      exitCode: 2,
    });
  }
  await connect(flags).widgetKeys.update(id, patch);
  printAnswer(flags, { id, ...patch }, [`Updated ${id}.`]);
}

async function revoke(id: string, flags: HubFlags): Promise<void> {
  await connect(flags).widgetKeys.update(id, { disabled: true });
  printAnswer(flags, { id, disabled: true }, [`Revoked ${id}: pages with this key stop at their next call.`]);
}

async function remove(id: string, flags: HubFlags): Promise<void> {
  await connect(flags).widgetKeys.delete(id);
  printAnswer(flags, { id, deleted: true }, [
    `Deleted ${id}; a key that was used stays in the list, revoked.`,
  ]);
}

/** Adds `keys` with its subcommands to the program; returns it, so that others can add theirs. */
export function addKeysCommand(program: Command): Command {
  const keys = program.command("keys").description("Public keys: mint, list, change, revoke.");
  addHubCommand(keys, {
    usage: "list",
    summary: "List the widget keys, newest first.",
    examples: ["keys list", "keys list --json --hub https://hub.example"],
  }).action(list);
  addHubCommand(keys, {
    usage: "create",
    summary: "Mint a widget key; it is shown this once.",
    examples: ["keys create --name Shop --domain shop.example '*.shop.example' --agent support"],
  })
    .requiredOption("--name <text>", "what the key is for, up to 120 characters")
    .option("--domain <entry...>", "sites that may use it, such as shop.example, *.shop.example, localhost:*")
    .option("--agent <agent>", "the agent on every page with this key: id, slug or number")
    .action(create);
  addHubCommand(keys, {
    usage: "update <id>",
    summary: "Change what the flags name.",
    examples: ["keys update 0198... --domain shop.example", "keys update 0198... --no-agent --enable"],
  })
    .option("--name <text>", "another name")
    .option("--domain <entry...>", "replaces the whole list")
    .option("--no-domain", "empties the list, which blocks the key")
    .option("--agent <agent>", "another agent: id, slug or number")
    .option("--no-agent", "lets each page name its agent")
    .option("--enable", "takes a revocation back")
    .action(update);
  addHubCommand(keys, {
    usage: "revoke <id>",
    summary: "Stop a key: its sessions end at their next call.",
    examples: ["keys revoke 0198..."],
  }).action(revoke);
  addHubCommand(keys, {
    usage: "delete <id>",
    summary: "Delete a key that was never used; revoke one that was.",
    examples: ["keys delete 0198..."],
  }).action(remove);
  return keys;
}
