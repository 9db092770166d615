// Owns the place of one markdown text in the tree: Preact owns the element, plain-text.ts or the stream what is inside.
import { useLayoutEffect, useRef, useState } from "./hooks.ts";
import { loadMarkdown, markdownPart } from "./load-markdown.ts";
import type { Source } from "../protocol/rich.ts";
import type { MarkdownStream } from "./markdown/stream.ts";
import { isPlain, writePlain } from "./plain-text.ts";
import { report } from "./report.ts";
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

/** Shows markdown that may still grow: one write per animation frame, the first and the last at once. */
export function MarkdownView({ text, isGrowing, sources = NO_SOURCES }: MarkdownProps) {
  const { strings, branding } = useView().config;
  const imageHosts = branding.image_hosts;
  const isMarked = useRef(false);
  isMarked.current ||= sources.length > 0 || !isPlain(text);
  const part = useMarkdownPart(isMarked.current);
  const element = useRef<HTMLDivElement>(null);
  const stream = useRef<MarkdownStream | null>(null);
  const frame = useRef(0);
  const shown = useRef("");
  const latest = useRef("");
  latest.current = text;

  useLayoutEffect(() => {
    const box = element.current;
    if (box === null) return;
    // By hand, not as a prop: the stream below changes the classes of this element too.
    box.classList.toggle("growing", isGrowing);
    if (part === "lost") {
      box.classList.add("plain");
      box.textContent = text;
      return;
    }
    if (!isMarked.current) {
      writePlain(box, text, shown.current);
      shown.current = text;
      return;
    }
    // The part is on its way; what is plain so far stays, and marks are never shown as they are written.
    if (part === null) return;
    const isFirst = stream.current === null;
    const writer = (stream.current ??= new part.MarkdownStream(box, {
      texts: part.markdownTexts(strings),
      imageHosts,
      onBug: (error) => report("markdown", error),
    }));
    writer.setSources(sources);
    if (!isGrowing) {
      cancelAnimationFrame(frame.current);
      frame.current = 0;
      writer.finish(text);
    } else if (isFirst) {
      writer.update(text);
    } else if (frame.current === 0) {
      frame.current = requestAnimationFrame(() => {
        frame.current = 0;
        writer.update(latest.current);
      });
    }
  }, [text, isGrowing, sources, imageHosts, strings, part]);
  useLayoutEffect(() => () => cancelAnimationFrame(frame.current), []);

  return <div class="md" dir="auto" ref={element} />;
}
