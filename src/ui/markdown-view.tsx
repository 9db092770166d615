// Owns the place of one markdown text in the tree: Preact owns the element, plain-text.ts or the stream what is inside.
import { h } from "preact";
import { useLayoutEffect, useRef, useState } from "./hooks.ts";
import { loadMarkdown, markdownPart } from "./load-markdown.ts";
import type { Source } from "../protocol/rich.ts";
import type { Writer } from "./markdown/stream.ts";
import { isPlain, writePlain } from "./plain-text.ts";
import { useView } from "./view.ts";

/** The markdown part once it is needed and there; "lost" when it could not be loaded. */
function useMarkdownPart(isNeeded: boolean) {
  const [part, setPart] = useState<ReturnType<typeof markdownPart> | "lost">(markdownPart);
  useLayoutEffect(() => {
    if (part !== null || !isNeeded) return;
    let isGone = false;
    void loadMarkdown().then(() => {
      if (!isGone) setPart(markdownPart() ?? "lost");
    });
    return () => {
      isGone = true;
    };
  }, [part, isNeeded]);
  return part;
}

const NO_SOURCES: readonly Source[] = [];

interface MarkdownProps {
  text: string;
  isGrowing: boolean;
  /** What `[1]` refers to; listed below the finished text. @default [] */
  sources?: readonly Source[] | undefined;
}

/** Shows markdown that may still grow. */
export function MarkdownView({ text, isGrowing, sources = NO_SOURCES }: MarkdownProps) {
  const { config } = useView();
  const isMarked = useRef(false);
  isMarked.current ||= sources.length > 0 || !isPlain(text);
  const part = useMarkdownPart(isMarked.current);
  const element = useRef<HTMLDivElement>(null);
  const writer = useRef<Writer | null>(null);
  const shown = useRef("");

  useLayoutEffect(() => {
    const box = element.current;
    if (box === null) return;
    // By hand, not as a prop: the writer below changes the classes of this element too.
    box.classList.toggle("growing", isGrowing);
    if (part === "lost") {
      box.classList.add("plain");
      box.textContent = text;
    } else if (!isMarked.current) {
      writePlain(box, text, shown.current);
      shown.current = text;
    } else if (part !== null) {
      writer.current ??= part.createWriter(box, config);
      writer.current.show(text, isGrowing, sources);
    }
    // Else the part is on its way; what is plain so far stays, and marks are never shown as they are written.
  }, [text, isGrowing, sources, part]);
  useLayoutEffect(() => () => writer.current?.end(), []);

  return <div class="md" dir="auto" ref={element} />;
}
