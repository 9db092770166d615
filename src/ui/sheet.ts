// Owns the full sheet on small screens: when it applies, its size beside the on-screen keyboard, the page behind it.
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import type { RefObject } from "preact";

/** Where every panel over the page is a sheet. The height catches phones on their side and high zoom. */
export const SMALL_QUERY = "(max-width: 480px), (max-height: 420px)";

/** Whether a media query matches, following its changes. */
export function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const update = () => setMatches(media.matches);
    update();
    media.addEventListener("change", update);
    return () => media.removeEventListener("change", update);
  }, [query]);
  return matches;
}

/** Keeps the page from scrolling; returns the function that gives the page back exactly as it was. */
export function lockPageScroll(): () => void {
  const page = document.documentElement;
  const hadStyle = page.hasAttribute("style");
  const value = page.style.getPropertyValue("overflow");
  const priority = page.style.getPropertyPriority("overflow");
  page.style.setProperty("overflow", "hidden", "important");
  return () => {
    page.style.setProperty("overflow", value, priority);
    if (!hadStyle && page.style.length === 0) page.removeAttribute("style");
  };
}

/** Sizes an element by the visual viewport, so that the keyboard covers nothing. Returns the end of it. */
function followViewport(element: HTMLElement): () => void {
  const viewport = window.visualViewport;
  if (viewport === null) return () => {};
  const update = () => {
    element.style.setProperty("--view-top", `${viewport.offsetTop}px`);
    element.style.setProperty("--view-height", `${viewport.height}px`);
  };
  update();
  viewport.addEventListener("resize", update);
  viewport.addEventListener("scroll", update);
  return () => {
    viewport.removeEventListener("resize", update);
    viewport.removeEventListener("scroll", update);
  };
}

/**
 * Takes what the sheet covers out of reach: page and launcher. With that neither Tab nor a screen reader gets there, and
 * the browser's own bars stay in reach, as with the browser's modal dialogs. Returns the end of it.
 */
function coverPage(dialog: HTMLElement): () => void {
  const { body } = document;
  const launcher = dialog.parentElement?.previousElementSibling as HTMLElement;
  const wasInert = body.inert;
  body.inert = launcher.inert = true;
  return () => {
    body.inert = wasInert;
    launcher.inert = false;
  };
}

/** While `isShown`, the dialog follows the visual viewport and the page behind it neither scrolls nor can be reached. */
export function useSheet(dialog: RefObject<HTMLElement | null>, isShown: boolean): void {
  useLayoutEffect(() => {
    if (!isShown || dialog.current === null) return;
    const unfollow = followViewport(dialog.current);
    const unlock = lockPageScroll();
    const uncover = coverPage(dialog.current);
    return () => {
      unfollow();
      unlock();
      uncover();
    };
  }, [isShown, dialog]);
}
