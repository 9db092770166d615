// Owns the scroll position of the transcript: it follows the end only while the reader is near it.
import { useCallback, useLayoutEffect, useRef, useState } from "preact/hooks";

const NEAR_PX = 64;

/**
 * Keeps a scroller at its end.
 * @param ownMessage changes when the visitor has sent something: then the end is shown in any case
 * @returns refs for the scroller and the content that grows in it; whether something new is out of sight; a way to it
 */
export function useStickToEnd(ownMessage: string) {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const isNear = useRef(true);
  const [hasNews, setNews] = useState(false);

  const toEnd = useCallback(() => {
    isNear.current = true;
    setNews(false);
    if (scroller.current !== null) scroller.current.scrollTop = scroller.current.scrollHeight;
  }, []);

  const onScroll = useCallback(() => {
    const box = scroller.current;
    if (box === null) return;
    isNear.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
    if (isNear.current) setNews(false);
  }, []);

  useLayoutEffect(toEnd, [ownMessage, toEnd]);
  useLayoutEffect(() => {
    if (scroller.current === null || content.current === null) return;
    const box = scroller.current;
    let height = 0;
    const observer = new ResizeObserver(() => {
      const grown = box.scrollHeight > height;
      height = box.scrollHeight;
      if (isNear.current) box.scrollTop = height;
      else if (grown) setNews(true);
    });
    observer.observe(box);
    observer.observe(content.current);
    return () => observer.disconnect();
  }, []);

  return { scroller, content, hasNews, toEnd, onScroll };
}
