// Owns the list of scripts by name.
import type { Agent } from "../agent.ts";
import { echo } from "./echo.ts";
import { fail } from "./fail.ts";
import { long } from "./long.ts";
import { slow } from "./slow.ts";
import { support } from "./support.ts";

const SCRIPTS = new Map<unknown, Agent>([
  ["support", support],
  ["echo", echo],
  ["slow", slow],
  ["fail", fail],
  ["long", long],
]);

/** The script of that name, or null. */
export const findScript = (name: unknown): Agent | null => SCRIPTS.get(name) ?? null;
