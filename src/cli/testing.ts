// Owns running command lines in this process against a whole hub, for tests.
import { Command } from "commander";
import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from "vitest";
import { HUB_URL, createTestHub } from "../hub/testing/harness.ts";
import type { TestHub } from "../hub/testing/harness.ts";
import { addAgentCommand } from "./commands/agent.ts";
import { addKeysCommand } from "./commands/keys.ts";
import { addOrgCommand } from "./commands/org.ts";
import { addTokenCommand } from "./commands/token.ts";
import { reportFailure } from "./report-failure.ts";

/** The hub that the commands of a file reach, with the secret key of its demo account. */
export let t: TestHub;

/** Gives the file that calls it its hub. */
export function reachHub(): void {
  beforeAll(async () => {
    t = await createTestHub();
  });
  afterAll(() => t.hub.close());
  beforeEach(() => {
    vi.stubEnv("FOYER_SECRET_KEY", t.seed.secret_key);
    vi.stubEnv("FOYER_HUB_URL", HUB_URL);
    vi.stubGlobal("fetch", (url: string, init: RequestInit) => t.hub.fetch(new Request(url, init)));
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.unstubAllGlobals();
  });
}

/** Runs one command line in this process. */
export async function foyer(...args: string[]) {
  const said: { out: string[]; err: string[] } = { out: [], err: [] };
  vi.spyOn(console, "log").mockImplementation((line) => said.out.push(String(line)));
  vi.spyOn(console, "error").mockImplementation((line) => said.err.push(String(line)));
  const program = new Command("foyer").exitOverride().configureOutput({
    writeOut: (text) => said.out.push(text),
    writeErr: (text) => said.err.push(text),
  });
  addKeysCommand(program);
  addTokenCommand(program);
  addAgentCommand(program);
  addOrgCommand(program);
  const code = await program.parseAsync(args, { from: "user" }).then(
    () => 0,
    (error: unknown) => reportFailure(error, args.includes("--json")),
  );
  return { code, out: said.out.join("\n"), err: said.err.join("\n") };
}

export async function json<T>(...args: string[]): Promise<T> {
  const { code, out, err } = await foyer(...args, "--json");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out.split("\n")).toHaveLength(1);
  return JSON.parse(out) as T;
}
