// Owns what a page may know of a visitor before anything is fetched, and what is remembered beside the conversation.
import type { Environment } from "./environment.ts";
import type { Memory } from "./handle.ts";
import type { Options } from "./options.ts";
import { hasStored, outboxName, recordName } from "./record.ts";

export function createMemory(env: Environment, options: Options): Memory {
  return {
    isKnown: () => hasStored(env, options, [recordName(options), outboxName(options)]),
  };
}
