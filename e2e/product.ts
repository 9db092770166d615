// Owns running the built command as a user does: a child process, spoken to by flags, one JSON line and HTTP.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export interface ReadyLine {
  ready: true;
  hub: string;
  demo: string;
  account: string;
  secret_key: string;
  keys: {
    name: string;
    dialect: "widget-key" | "publishable-key";
    public_key: string;
    id: string | number;
  }[];
  orgs: { id: number; slug: string }[];
  agents: { id: string; number: number; name: string; slug: string }[];
}

export interface Product extends ReadyLine {
  process: ChildProcess;
  /** Everything the command has written so far, both streams. */
  output(): string;
  /** Ends it with SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** Starts `foyer dev` on free ports. @throws Error with the command's output when it ends before it is ready */
export async function startProduct(flags: string[] = []): Promise<Product> {
  const child = spawn(
    process.execPath,
    ["dist/cli.js", "dev", "--port", "0", "--demo-port", "0", "--json", ...flags],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  // A test that runs out of time leaves nobody who could stop it.
  const kill = () => void child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("exit", () => process.off("exit", kill));
  let output = "";
  child.stderr.on("data", (bytes: Buffer) => (output += bytes.toString()));
  const lines = createInterface({ input: child.stdout });
  const ready = new Promise<ReadyLine>((resolve, reject) => {
    lines.on("line", (line) => {
      output += `${line}\n`;
      if (line.startsWith('{"ready":true')) resolve(JSON.parse(line));
    });
    child.once("exit", (code) => reject(new Error(`foyer dev ended with ${code}: ${output}`)));
  });
  return {
    ...(await ready),
    process: child,
    output: () => output,
    stop: async () => {
      if (child.exitCode === null) {
        child.kill("SIGTERM");
        await once(child, "exit");
      }
      return child.exitCode;
    },
  };
}
