// Owns the exclusive use of a data folder: a lock file with the process id, taken over when that process is gone.
import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StoreError, unwritable } from "./store-error.ts";

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

/** Puts our lock in the place of one that nobody holds any more. */
function writeLock(file: string): void {
  const draft = `${file}.${process.pid}`;
  try {
    rmSync(file, { force: true });
    writeFileSync(draft, String(process.pid));
    // A link appears whole or not at all, and never over a lock that another process has just taken.
    linkSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
}

const isTaken = (failure: unknown): boolean =>
  failure instanceof Error && "code" in failure && failure.code === "EEXIST";

/**
 * Locks a folder for this process; returns the function that unlocks it.
 * @throws StoreError `data_dir_locked` naming the process that holds it, `data_dir_unwritable` as on a full disk.
 */
export function lockDirectory(directory: string): () => void {
  const file = join(directory, "foyer.lock");
  const pid = ownerOf(file);
  const isOwn = pid === process.pid;
  if (pid !== null && (isOwn ? held.has(file) : isAlive(pid))) {
    throw new StoreError("data_dir_locked", `The data folder ${directory} is in use by process ${pid}`);
  }
  try {
    writeLock(file);
  } catch (failure) {
    throw isTaken(failure)
      ? new StoreError(
          "data_dir_locked",
          `The data folder ${directory} is in use by process ${ownerOf(file) ?? "unknown"}`,
        )
      : unwritable(directory, failure);
  }
  held.add(file);
  return () => {
    held.delete(file);
    rmSync(file, { force: true });
  };
}
