// Owns saying that a page is there, so that others hear at once when it is gone. Knows nothing of why they want to know.
import type { Environment } from "./environment.ts";
import { BROWSER_DOORS } from "./tab-doors.ts";

/** Returns what takes the lock of this name, and gives it back. Without locks it does nothing. */
export function createPresence(env: Environment, name: string): (next: boolean) => void {
  let isHere = false;
  let giveBack = (): void => {};
  const body = async (): Promise<void> => {
    if (isHere) await new Promise<void>((done) => (giveBack = done));
  };
  return (next) => {
    if (next === isHere) return;
    isHere = next;
    if (next) (env.lock ?? BROWSER_DOORS.lock)(name, new AbortController().signal, body).catch(() => {});
    else giveBack();
  };
}
