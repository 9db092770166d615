// Owns when the markdown part is loaded: not with the panel, but with the first text that has marks.
import type * as Stream from "./markdown/stream.ts";
import { report } from "./report.ts";

type MarkdownPart = Pick<typeof Stream, "createWriter">;

let part: MarkdownPart | null = null;
let loading: Promise<void> | null = null;

/** The part, once it has arrived. */
export const markdownPart = (): MarkdownPart | null => part;

/** Loads the part once; after a failure the next call tries again. Never rejects: without it texts stay plain. */
export function loadMarkdown(): Promise<void> {
  loading ??= import("./markdown/stream.ts").then(
    (loaded) => {
      part = loaded;
    },
    (error: unknown) => {
      loading = null;
      report("markdown view", error);
    },
  );
  return loading;
}
