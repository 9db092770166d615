// Owns the bridge from the transcript's component to reading.ts: tells it when rows, sizes and the scroller change.
import { useLayoutEffect, useRef, useState } from "./hooks.ts";
import type { Row } from "../core/rows.ts";
import { Reading } from "./reading.ts";
import { useView } from "./view.ts";

/**
 * Keeps a scroller at its end, or where the reader is.
 * @param rows the whole conversation
 * @returns the rows to show, as the last children of the scroller's only child; a ref for the scroller; what is out of
 *   sight; the reading to tell of what the reader does
 */
export function useStickToEnd(rows: readonly Row[]) {
  const { widget } = useView();
  const scroller = useRef<HTMLDivElement>(null);
  const [hasNews, setNews] = useState(false);
  const [, redraw] = useState({});
  const [reading] = useState(() => new Reading({ redraw: () => redraw({}), setNews, widget }));
  const { start, end } = reading.place(rows);
  const shown = rows.slice(start, end);

  const last = rows.findLast((row) => row.kind !== "activity");
  // What the visitor says is shown in any case.
  useLayoutEffect(
    () => (last?.kind === "visitor" ? reading.toEnd() : reading.grew()),
    [last?.id, last?.text],
  );
  useLayoutEffect(() => reading.keep(), [start, shown[0]?.id, shown.at(-1)?.id]);
  useLayoutEffect(() => {
    const box = (reading.box = scroller.current);
    if (box === null) return;
    const observer = new ResizeObserver(() => reading.resized());
    for (const element of [box, ...box.children]) observer.observe(element);
    return () => observer.disconnect();
  }, []);

  return { shown, isTop: start === 0, isCut: end < rows.length, hasNews, scroller, reading };
}
