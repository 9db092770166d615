// Owns opening a hub for a command: a store that cannot be used is one line for people, not a stack.
import { createHub, type Hub, type HubOptions } from "../hub/hub.ts";
import { CommandError } from "./command-error.ts";

/** @throws CommandError `data_dir_locked`, `data_dir_unwritable` or `database_unreachable` */
export async function openOrExplain(options: HubOptions): Promise<Hub> {
  try {
    return await createHub(options);
  } catch (error) {
    if (error instanceof Error && "code" in error && /^(data_dir|database)_/.test(String(error.code))) {
      throw new CommandError(String(error.code), error.message);
    }
    throw error;
  }
}
