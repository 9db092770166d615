// Owns finding a Python for the tests of its client, and installing one where there is none.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const NAMES = ["python3", "python"];

const isPython3 = (name: string): boolean =>
  (spawnSync(name, ["--version"], { encoding: "utf8" }).stdout ?? "").startsWith("Python 3.");

/** Name of a Python 3 command; Debian's is installed when there is none. @throws Error that says what to do */
export function ensurePython(): string {
  const found = NAMES.find(isPython3);
  if (found !== undefined) return found;
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    spawnSync("apt-get", ["update", "-qq"]);
    spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "python3"]);
  }
  const installed = NAMES.find(isPython3);
  if (installed === undefined) throw new Error("No Python: install Python 3.9 or newer.");
  return installed;
}
