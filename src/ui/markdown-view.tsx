// Owns the place of one markdown text in the tree: Preact owns the element, the stream owns what is inside.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { loadMarkdown, markdownPart } from "./load-markdown.ts";
import type { MarkdownStream } from "./markdown/stream.ts";
import { report } from "./report.ts";
import { useView } from "./view.ts";

function useMarkdownPart() {
  const [part, setPart] = useState(markdownPart);
  useLayoutEffect(() => {
    if (part !== null) return;
    let isGone = false;
    void loadMarkdown().then(() => {
      if (!isGone) setPart(markdownPart());
    });
    return () => {
      isGone = true;
    };
  }, [part]);
  return part;
}

/** Shows markdown that may still grow: one write per animation frame, the first and the last at once. */
export function MarkdownView({ text, isGrowing }: { text: string; isGrowing: boolean }) {
  const { texts } = useView();
  const part = useMarkdownPart();
  const element = useRef<HTMLDivElement>(null);
  const stream = useRef<MarkdownStream | null>(null);
  const frame = useRef(0);
  const latest = useRef("");
  latest.current = text;

  useLayoutEffect(() => {
    if (element.current === null) return;
    // By hand, not as a prop: the stream below changes the classes of this element too.
    element.current.classList.toggle("growing", isGrowing);
    if (part === null) {
      element.current.classList.add("plain");
      element.current.textContent = text;
      return;
    }
    const isFirst = stream.current === null;
    const writer = (stream.current ??= new part.MarkdownStream(element.current, texts, (error) =>
      report("markdown", error),
    ));
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
  }, [text, isGrowing, texts, part]);
  useLayoutEffect(() => () => cancelAnimationFrame(frame.current), []);

  return <div class="md" dir="auto" ref={element} />;
}
