// Owns finding what the engines need, and having it installed where it is missing.
import { existsSync } from "node:fs";
import { installPackages } from "../debian.ts";

/** @throws Error with one sentence that says what to install */
export function ensureFile(paths: readonly string[], packages: readonly string[]): string {
  const find = () => paths.find((path) => existsSync(path));
  if (find() === undefined) installPackages(packages);
  const found = find();
  if (found === undefined) throw new Error(`Install Debian's ${packages.join(", ")} for these tests.`);
  return found;
}
