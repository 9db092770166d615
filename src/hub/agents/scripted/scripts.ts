// Owns the list of scripts by name, and making one an agent.
import type { Agent } from "../agent.ts";
import { echo } from "./echo.ts";
import { fail } from "./fail.ts";
import { long } from "./long.ts";
import { slow } from "./slow.ts";
import type { Script } from "./speak.ts";
import { support } from "./support.ts";

const SCRIPTS = new Map<string, Script>([
  ["support", support],
  ["echo", echo],
  ["slow", slow],
  ["fail", fail],
  ["long", long],
]);

/** As fast as one reads. */
const WORD_PAUSE_MS = 20;

export const hasScript = (name: string): boolean => SCRIPTS.has(name);

/** The script of that name as an agent, or null where there is none. */
export function createScripted(name: string, wordPauseMs = WORD_PAUSE_MS): Agent | null {
  const script = SCRIPTS.get(name);
  return script === undefined ? null : (input, run) => script(input, { ...run, wordPauseMs });
}
