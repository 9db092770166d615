// Owns when the part that knows the visitor's conversations is loaded: at the first call, once.
import type { Widget } from "./handle.ts";
import type { ThreadsDeps } from "./threads.ts";

/** A call after one that could not load the part tries again. */
export function threadsOnDemand(deps: ThreadsDeps): Widget["threads"] {
  let threads: ReturnType<Widget["threads"]> | null = null;
  return () => {
    threads ??= import("./engine.ts")
      .then(({ importPast }) => importPast())
      .then(({ createThreads }) => createThreads(deps));
    threads.catch(() => (threads = null));
    return threads;
  };
}
