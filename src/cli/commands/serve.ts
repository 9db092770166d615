// Owns `foyer serve` as a command: flags, refusals, signals.
import { Option, type Command } from "commander";
import { wholeNumber } from "../numbers.ts";
import { checkServeSettings, type ServeFlags } from "../serve-settings.ts";
import { serve } from "../serve.ts";

async function run(flags: ServeFlags, assetsDir: string): Promise<void> {
  const checked = checkServeSettings(flags, process.env);
  if (checked.kind === "weak") {
    for (const { code, message } of checked.problems) console.error(`foyer: ${code}: ${message}`);
    process.exitCode = 1;
    return;
  }
  const { port, host } = flags;
  const write = (line: string) => void process.stdout.write(`${line}\n`);
  const hub = await serve({ ...checked.settings, port, host, assetsDir, write });
  let isStopping = false;
  const stop = () => {
    if (isStopping) process.exit(1);
    isStopping = true;
    void hub.stop().then(() => process.exit(0));
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
}

/** Adds `serve` to the program. @param assetsDir folder with the built widget. */
export function addServeCommand(program: Command, assetsDir: string): void {
  program
    .command("serve")
    .description("Run the hub in production: your database, rate limits, JSON logs, nothing seeded.")
    .option("--port <number>", "port to listen on, 0 picks a free one", wholeNumber(0, 65_535), 8787)
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("--data <dir>", "folder that keeps the embedded database")
    .addOption(
      new Option("--database-url <url>", "PostgreSQL; better from the environment").env("DATABASE_URL"),
    )
    .addOption(
      new Option("--public-url <url>", "URL under which pages reach the hub").env("FOYER_PUBLIC_URL"),
    )
    .option("--public-host <name...>", "further host names that are served, such as an internal one")
    .option("--trust-proxy", "take a visitor's address from the last entry of X-Forwarded-For")
    .option("--session-ttl <seconds>", "lifetime of a session token", wholeNumber(2, 86_400), 300)
    .addOption(new Option("--faults <file>").hideHelp())
    .option("--limit <name=number...>", "another number for a rate limit, such as keyPerMinute=1200")
    .addHelpText(
      "after",
      "\nExample:\n  $ DATABASE_URL=postgres://... FOYER_PUBLIC_URL=https://chat.example.com foyer serve --trust-proxy" +
        "\n\nFOYER_METRICS_TOKEN lets whoever shows it read /metrics; without it, this machine may." +
        "\nFOYER_AGENT_KEYS=OPENAI_API_KEY=https://api.openai.com,... says which variables agents may use, and where.",
    )
    .action((flags: ServeFlags) => run(flags, assetsDir));
}
