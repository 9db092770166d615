// Owns the scroll position of the transcript: it follows the end only while the reader is near it.
import { useCallback, useLayoutEffect, useRef, useState } from "preact/hooks";

const NEAR_PX = 64;

/**
 * Keeps a scroller at its end.
 * @param ownMessage changes when the visitor has sent something: then the end is shown in any case
 * @param isEmpty there is no conversation yet: what stands instead is read from its beginning
 * @returns refs for the scroller and the content that grows in it; whether something new is out of sight; a way to it
 */
export function useStickToEnd(ownMessage: string, isEmpty = false) {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const follow = useRef({ isNear: true, top: 0 });
  const empty = useRef(isEmpty);
  empty.current = isEmpty;
  const [hasNews, setNews] = useState(false);

  /** Only the reader moves up, so going up ends the following, however little it is; growth alone never does. */
  const look = useCallback(() => {
    const box = scroller.current;
    if (box === null) return;
    const gap = box.scrollHeight - box.scrollTop - box.clientHeight;
    const wentUp = box.scrollTop < follow.current.top - 1 && gap > 1;
    const isNear = !wentUp && (follow.current.isNear || gap < NEAR_PX);
    follow.current = { isNear, top: box.scrollTop };
    if (isNear) setNews(false);
  }, []);

  const toEnd = useCallback(() => {
    const box = scroller.current;
    if (box === null) return;
    box.scrollTop = box.scrollHeight;
    follow.current = { isNear: true, top: box.scrollTop };
    setNews(false);
  }, []);

  const shown = useRef(ownMessage);
  useLayoutEffect(() => {
    // At first the observer below goes to the end, after the layout that comes anyway.
    if (shown.current !== ownMessage) toEnd();
    shown.current = ownMessage;
  }, [ownMessage, toEnd]);
  useLayoutEffect(() => {
    if (scroller.current === null || content.current === null) return;
    const box = scroller.current;
    let height = 0;
    const observer = new ResizeObserver(() => {
      if (empty.current) return;
      look();
      const hasGrown = box.scrollHeight > height;
      height = box.scrollHeight;
      if (follow.current.isNear) toEnd();
      else if (hasGrown) setNews(true);
    });
    observer.observe(box);
    observer.observe(content.current);
    return () => observer.disconnect();
  }, [look, toEnd]);

  return { scroller, content, hasNews, toEnd, onScroll: look };
}
