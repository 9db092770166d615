// Owns the place of one markdown text in the tree: Preact owns the element, the stream owns what is inside.
import { useLayoutEffect, useRef } from "preact/hooks";
import { MarkdownStream } from "./markdown/stream.ts";
import { useView } from "./view.ts";

/** Shows markdown that may still grow: one write per animation frame, the first and the last at once. */
export function MarkdownView({ text, isGrowing }: { text: string; isGrowing: boolean }) {
  const { texts } = useView();
  const element = useRef<HTMLDivElement>(null);
  const stream = useRef<MarkdownStream | null>(null);
  const frame = useRef(0);
  const latest = useRef("");
  latest.current = text;

  useLayoutEffect(() => {
    if (element.current === null) return;
    const isFirst = stream.current === null;
    const writer = (stream.current ??= new MarkdownStream(element.current, texts));
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
  }, [text, isGrowing, texts]);
  useLayoutEffect(() => () => cancelAnimationFrame(frame.current), []);

  return <div class={isGrowing ? "md growing" : "md"} dir="auto" ref={element} />;
}
