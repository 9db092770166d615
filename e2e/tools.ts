// Owns finding the programs of others that tests run (Python, curl), and installing them where there are none.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const run = (command: string, args: string[]): string =>
  spawnSync(command, args, { encoding: "utf8" }).stdout ?? "";

const isThere = (command: string, version: RegExp): boolean => version.test(run(command, ["--version"]));

/** Finds a command that says such a version, or installs Debian's package. @throws Error that says what to do */
function ensure(commands: readonly string[], version: RegExp, packageName: string): string {
  const find = () => commands.find((command) => isThere(command, version));
  const found = find();
  if (found !== undefined) return found;
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    run("apt-get", ["update", "-qq"]);
    run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", packageName]);
  }
  const installed = find();
  if (installed === undefined) throw new Error(`The tests need ${packageName}: install it.`);
  return installed;
}

/** Name of a Python 3. */
export const ensurePython = (): string => ensure(["python3", "python"], /^Python 3\.(?:9|\d\d)/, "python3");
export const ensureCurl = (): string => ensure(["curl"], /^curl /, "curl");
