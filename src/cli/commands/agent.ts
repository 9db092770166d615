// Owns `foyer agent`: the agents of an account from the command line.
import { type Command, Option } from "commander";
import type { AgentAnswer, AgentInput, AgentKindInput } from "../../admin.ts";
import { AGENT_KINDS } from "../../protocol/agents.ts";
import { plainText, printAnswer, table } from "../print.ts";
import { addHubCommand, connect, readJsonFlag } from "./hub-command.ts";
import type { HubFlags } from "./hub-command.ts";

interface CreateFlags extends HubFlags {
  name: string;
  kind: AgentKindInput["kind"];
  config: string;
  slug?: string;
}

const toRow = ({ id, number, slug, name, kind, status }: AgentAnswer): string[] => [
  String(number),
  slug,
  name,
  kind,
  status,
  id,
];

async function list(flags: HubFlags): Promise<void> {
  const found = await connect(flags).agents.list();
  const titles = ["NUMBER", "SLUG", "NAME", "KIND", "STATUS", "ID"];
  printAnswer(flags, found, found.length === 0 ? ["No agents."] : table(titles, found.map(toRow)));
}

async function create(flags: CreateFlags): Promise<void> {
  const { name, kind, slug } = flags;
  const config = readJsonFlag("--config", flags.config);
  // What a config must hold is the hub's to judge: it names what is wrong.
  const input = { name, kind, config, ...(slug === undefined ? {} : { slug }) } as AgentInput;
  const agent = await connect(flags).agents.create(input);
  printAnswer(flags, agent, [
    `Agent    ${plainText(agent.name)} (${agent.kind})`,
    `Id       ${agent.id}`,
    `Number   ${agent.number}`,
    `On tags  data-agent="${agent.slug}"`,
  ]);
}

/** Adds `agent` with its subcommands to the program. */
export function addAgentCommand(program: Command): void {
  const agent = program.command("agent").description("Agents: who answers the visitors.");
  addHubCommand(agent, {
    usage: "list",
    summary: "List the agents.",
    examples: ["agent list"],
  }).action(list);
  addHubCommand(agent, {
    usage: "create",
    summary: "Add an agent.",
    examples: [
      `agent create --name Nova --kind scripted --config '{"script": "support"}'`,
      `agent create --name Ada --kind openai --config '{"base_url": "https://api.openai.com/v1", "model": "gpt-5", "api_key_env": "OPENAI_API_KEY"}'`,
      `agent create --name Bob --kind ag-ui --config '{"url": "https://agents.example/run"}'`,
    ],
  })
    .requiredOption("--name <text>", "what visitors see, up to 80 characters")
    .addOption(new Option("--kind <kind>", "what runs it").choices(AGENT_KINDS).makeOptionMandatory())
    .requiredOption("--config <json>", "what the kind needs, a JSON object")
    .option("--slug <slug>", "what data-agent may say; made of the name if missing")
    .action(create);
}
