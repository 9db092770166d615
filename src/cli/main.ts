#!/usr/bin/env node
// Owns the command line: flags, help, exit codes. What the commands do is in the files beside it.
import { fileURLToPath } from "node:url";
import { Command, Option } from "commander";
import manifest from "../../package.json" with { type: "json" };
import { addAgentCommand } from "./commands/agent.ts";
import { addKeysCommand } from "./commands/keys.ts";
import { addOrgCommand } from "./commands/org.ts";
import { addRotateSigningCommand } from "./commands/rotate-signing.ts";
import { addServeCommand } from "./commands/serve.ts";
import { addTokenCommand } from "./commands/token.ts";
import { startDev } from "./dev.ts";
import { readFaultsFile } from "./faults-file.ts";
import { wholeNumber } from "./numbers.ts";
import { printReady } from "./print-ready.ts";
import { reportFailure } from "./report-failure.ts";

const STOP_LIMIT_MS = 1800;

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

interface DevFlags {
  port: number;
  demoPort: number;
  host: string;
  data: string;
  databaseUrl?: string;
  sessionTtl: number;
  limits: "on" | "off";
  publicHost?: string[];
  allowPrivateWebhooks?: true;
  faults?: string;
  json?: true;
  quiet?: true;
}

function database(flags: DevFlags) {
  if (flags.databaseUrl) return { kind: "postgres", url: flags.databaseUrl } as const;
  return flags.data === "memory"
    ? ({ kind: "memory" } as const)
    : ({ kind: "dir", path: flags.data } as const);
}

async function dev({ faults, ...flags }: DevFlags): Promise<void> {
  const servers = await startDev({
    ...flags,
    ...(faults === undefined ? {} : { faults: readFaultsFile(faults) }),
    database: database(flags),
    sessionTtlS: flags.sessionTtl,
    publicHosts: flags.publicHost ?? [],
    assetsDir: folder("./widget"),
    demoDir: folder("../demo"),
  });
  let isStopping = false;
  const stop = () => {
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => process.exit(0), STOP_LIMIT_MS).unref();
    void servers.close().then(() => process.exit(0));
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  printReady(servers, { isJson: flags.json === true, isQuiet: flags.quiet === true });
}

function createProgram(): Command {
  const program = new Command("foyer")
    .description("An embeddable chat widget and its hub.")
    .version(manifest.version)
    .exitOverride()
    .configureOutput({
      outputError: (message, write) => write(`foyer: ${message.trim()} (see foyer --help)\n`),
    });
  program
    .command("dev")
    .description("Start a hub and a demo site on two origins, seeded and ready to try.")
    .option("--port <number>", "port of the hub, 0 picks a free one", wholeNumber(0, 65_535), 8787)
    .option("--demo-port <number>", "port of the demo site, 0 picks a free one", wholeNumber(0, 65_535), 5173)
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("--data <dir>", "folder that keeps everything over a restart, or `memory`", "memory")
    .addOption(
      new Option("--database-url <url>", "PostgreSQL instead of the embedded store").env("DATABASE_URL"),
    )
    .option("--session-ttl <seconds>", "lifetime of a session token", wholeNumber(2, 86_400), 300)
    .addOption(new Option("--limits <switch>", "rate limits").choices(["on", "off"]).default("off"))
    .option(
      "--public-host <name...>",
      "further host names that are served, such as this machine's in your network",
    )
    .option("--allow-private-webhooks", "let webhooks reach this machine and private networks")
    .option("--faults <file>", "rules of faults that are on from the start, as JSON; change them at /_faults")
    .option("--json", "print one line of JSON when ready, and nothing else")
    .option("--quiet", "print nothing when ready")
    .addHelpText("after", "\nExample:\n  $ foyer dev --data .foyer --port 8787")
    .action(dev);
  addServeCommand(program, folder("./widget"));
  addRotateSigningCommand(addKeysCommand(program));
  addTokenCommand(program);
  addAgentCommand(program);
  addOrgCommand(program);
  return program;
}

try {
  await createProgram().parseAsync();
} catch (error) {
  process.exitCode = reportFailure(error, process.argv.includes("--json"));
}
