// Owns `foyer keys rotate-signing`: the next key that signs tokens, made on the store. Hubs on it notice by themselves.
import type { Command } from "commander";
import { systemClock } from "../../hub/clock.ts";
import { rotateSigningKey } from "../../hub/tokens/signing.ts";
import { printAnswer } from "../print.ts";
import { onStore, requireStore } from "./on-store.ts";
import type { StoreFlags } from "./on-store.ts";

async function rotate(flags: StoreFlags & { json?: true }): Promise<void> {
  const { kid, signsFrom } = await onStore(requireStore(flags), (db) => rotateSigningKey(db, systemClock()));
  printAnswer(flags, { kid, signs_from: signsFrom.toISOString() }, [
    `Key         ${kid}`,
    `Signs from  ${signsFrom.toISOString()}   (published within a minute; the present key verifies for a day after that)`,
  ]);
}

/** Adds `rotate-signing` to `foyer keys`. */
export function addRotateSigningCommand(keys: Command): void {
  keys
    .command("rotate-signing")
    .description("Make the next key that signs session tokens. Nobody is logged out.")
    .option("--data <dir>", "on the store in this folder; the hub must not be running")
    .option(
      "--database-url [url]",
      "on this PostgreSQL, under running hubs; without an address: DATABASE_URL",
    )
    .option("--json", "print one line of JSON")
    .addHelpText("after", "\nExample:\n  $ foyer keys rotate-signing --database-url")
    .action(rotate);
}
