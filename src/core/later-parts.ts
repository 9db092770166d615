// Owns what few visitors need: parts that are loaded at the first call, once, and marks beside the record.
import type { Environment } from "./environment.ts";
import type { Widget } from "./handle.ts";
import type { Options } from "./options.ts";
import { onDemand } from "./on-demand.ts";
import { hasStored, mark } from "./record.ts";
import type { ThreadsDeps } from "./threads.ts";

export const createLaterParts = (
  deps: ThreadsDeps,
  env: Environment,
  options: Options,
): Pick<Widget, "threads" | "isKnown" | "mark"> => ({
  mark: (name, isSet) => mark(env, options, name, isSet),
  threads: onDemand(async () => {
    const { importEngine } = await import("./plain.ts");
    const { importPast } = await importEngine();
    const { createThreads } = await importPast();
    // What it does is done at once: by then the engine is there.
    if (deps.room.isNew)
      await new Promise<void>((done) =>
        deps.room.use(
          () => done(),
          () => done(),
        ),
      );
    return createThreads(deps);
  }),
  isKnown: () => hasStored(env, options),
});
