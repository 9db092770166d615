// Owns the exclusive use of a data folder: a lock file with the process id, taken over when that process is gone.
import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StoreError } from "./store-error.ts";

/** Folders locked by this very process: its own id in a file can also be left over from before a restart. */
const held = new Set<string>();

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (failure) {
    return failure instanceof Error && "code" in failure && failure.code === "EPERM";
  }
}

function ownerOf(file: string): number | null {
  try {
    const pid = Number.parseInt(readFileSync(file, "utf8"), 10);
    return Number.isSafeInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

/**
 * Locks a folder for this process; returns the function that unlocks it.
 * @throws StoreError `data_dir_locked` naming the process that holds it.
 */
export function lockDirectory(directory: string): () => void {
  const file = join(directory, "foyer.lock");
  const draft = `${file}.${process.pid}`;
  const pid = ownerOf(file);
  const isOwn = pid === process.pid;
  if (pid !== null && (isOwn ? held.has(file) : isAlive(pid))) {
    throw new StoreError("data_dir_locked", `The data folder ${directory} is in use by process ${pid}`);
  }
  rmSync(file, { force: true });
  writeFileSync(draft, String(process.pid));
  try {
    // A link appears whole or not at all, and never over a lock that another process has just taken.
    linkSync(draft, file);
  } catch {
    throw new StoreError(
      "data_dir_locked",
      `The data folder ${directory} is in use by process ${ownerOf(file) ?? "unknown"}`,
    );
  } finally {
    rmSync(draft, { force: true });
  }
  held.add(file);
  return () => {
    held.delete(file);
    rmSync(file, { force: true });
  };
}
