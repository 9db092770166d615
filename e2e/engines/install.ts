// Owns finding what the engines need, and installing Debian's packages where something is missing and this user may.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** @throws Error with one sentence that says what to install */
export function ensureFile(paths: readonly string[], packages: readonly string[]): string {
  const find = () => paths.find((path) => existsSync(path));
  const found = find();
  if (found !== undefined) return found;
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    spawnSync("apt-get", ["update", "-qq"], { env });
    spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], { env });
  }
  const installed = find();
  if (installed === undefined) throw new Error(`Install Debian's ${packages.join(", ")} for these tests.`);
  return installed;
}
