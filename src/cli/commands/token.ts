// Owns `foyer token`: visitor tokens from the command line, for trying a logged-in visitor.
import type { Command } from "commander";
import { printAnswer } from "../print.ts";
import { addHubCommand, connect, readJsonFlag } from "./hub-command.ts";
import type { HubFlags } from "./hub-command.ts";

interface MintFlags extends HubFlags {
  user: string;
  key: string;
  name?: string;
  email?: string;
  claims?: string;
}

async function mint(flags: MintFlags): Promise<void> {
  const { user, key, name, email, claims } = flags;
  const answer = await connect(flags).userTokens.create({
    client_key: key,
    user_id: user,
    ...(name === undefined ? {} : { name }),
    ...(email === undefined ? {} : { email }),
    ...(claims === undefined ? {} : { claims: readJsonFlag("--claims", claims) }),
  });
  // The token and nothing else, so that `$(foyer token mint ...)` is one.
  printAnswer(flags, answer, [answer.user_token]);
}

/** Adds `token` with its subcommands to the program. */
export function addTokenCommand(program: Command): void {
  const token = program
    .command("token")
    .description("Visitor tokens for people who are logged in on your site.");
  addHubCommand(token, {
    usage: "mint",
    summary: "Mint a visitor token: good for one exchange within five minutes.",
    examples: ["token mint --user u_1042 --key pk_live_... --name 'Ada Lovelace'"],
  })
    .requiredOption("--user <id>", "your own id of the person")
    .requiredOption("--key <public key>", "the public key of the page, pk_live_...")
    .option("--name <text>", "what the agent calls the person")
    .option("--email <address>", "the person's address")
    .option("--claims <json>", "facts for the agent, a JSON object of up to 2,048 bytes")
    .action(mint);
}
