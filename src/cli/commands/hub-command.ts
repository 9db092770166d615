// Owns what all commands that talk to a running hub share: its address, the secret key, and how they explain themselves.
import { type Command, Option } from "commander";
import { FoyerAdmin } from "../../admin.ts";
import { CommandError } from "../command-error.ts";

export interface HubFlags {
  hub: string;
  json?: true;
}

interface CommandText {
  /** Name and arguments, as in `update <id>`. */
  usage: string;
  summary: string;
  /** Command lines without the leading `foyer`. */
  examples: readonly string[];
}

const SECRET_KEY = "FOYER_SECRET_KEY";
const DEFAULT_HUB = "http://127.0.0.1:8787";

export const examplesHelp = (examples: readonly string[]): string =>
  ["", "Examples:", ...examples.map((line) => `  $ foyer ${line}`)].join("\n");

/** Adds a command with `--hub` and `--json`. */
export function addHubCommand(parent: Command, { usage, summary, examples }: CommandText): Command {
  return parent
    .command(usage)
    .description(summary)
    .addOption(new Option("--hub <url>", "address of the hub").env("FOYER_HUB_URL").default(DEFAULT_HUB))
    .option("--json", "print the answer as one line of JSON")
    .addHelpText(
      "after",
      `${examplesHelp(examples)}\n\nThe secret key of the account is read from ${SECRET_KEY}.`,
    );
}

/**
 * A client with the secret key of the environment. Never a flag: every user of the machine can read those.
 * @throws CommandError `missing_secret_key`
 */
export function connect({ hub }: HubFlags): FoyerAdmin {
  const apiKey = process.env[SECRET_KEY];
  if (apiKey === undefined || apiKey === "") {
    throw new CommandError("missing_secret_key", `${SECRET_KEY} is not set`, {
      hint: "`foyer dev` and `foyer org create` print a secret key: export it under this name",
      exitCode: 2,
    });
  }
  return new FoyerAdmin({ apiKey, baseUrl: hub });
}

/** Reads a flag that holds a JSON object. @throws CommandError `invalid_json_flag` */
export function readJsonFlag(flag: string, text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Said below, in one way for all that is no object.
  }
  throw new CommandError("invalid_json_flag", `${flag} takes a JSON object, such as '{"plan": "pro"}'`, {
    exitCode: 2,
  });
}
