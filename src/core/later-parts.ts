// Owns what few visitors need: parts that are loaded at the first call, once, and marks beside the record.
import type { Environment } from "./environment.ts";
import type { Widget } from "./handle.ts";
import type { Options } from "./options.ts";
import { hasStored, mark } from "./record.ts";
import type { ThreadsDeps } from "./threads.ts";

/** A call after one that could not load the part tries again. */
function onDemand<Part>(load: () => Promise<Part>): () => Promise<Part> {
  let part: Promise<Part> | null = null;
  return () => {
    part ??= load();
    part.catch(() => (part = null));
    return part;
  };
}

export const createLaterParts = (
  deps: ThreadsDeps,
  env: Environment,
  options: Options,
): Pick<Widget, "threads" | "memory" | "mark"> => ({
  mark: (name, isSet) => mark(env, options, name, isSet),
  threads: onDemand(async () => {
    const { importPast } = await import("./engine.ts");
    return (await importPast()).createThreads(deps);
  }),
  memory: async () => ({ isKnown: () => hasStored(env, options) }),
});
