// Owns what a sheet does to the page that it covers, to itself beside the on-screen keyboard, and to the way back. Gives
// all of it back.
import { addStyles } from "./add-styles.ts";
import css from "./cover.css?inline";

/** In browsers since 2024, not yet in TypeScript's library. */
declare class CloseWatcher extends EventTarget {
  destroy(): void;
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

/**
 * The system's way back, such as the gesture or the button of Android, means what Escape means where the focus is: it
 * leaves the menu, the list or the sheet, and not the page. Where browsers have no close watchers it leaves the page.
 */
function followBack(dialog: HTMLElement): () => void {
  if (!("CloseWatcher" in window)) return () => {};
  let watcher: CloseWatcher;
  const watch = () => {
    watcher = new CloseWatcher();
    // Each is good for one time.
    watcher.addEventListener("close", () => {
      const target = (dialog.getRootNode() as ShadowRoot).activeElement ?? dialog;
      target.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true, cancelable: true }));
      watch();
    });
  };
  watch();
  return () => watcher.destroy();
}

/**
 * The dialog follows the visual viewport, the page behind it neither scrolls nor can be reached, and the way back is the
 * dialog's, until the returned end.
 */
export function cover(dialog: HTMLElement): () => void {
  addStyles(dialog, css);
  const ends = [followViewport(dialog), lockPageScroll(), coverPage(dialog), followBack(dialog)];
  return () => ends.forEach((end) => end());
}
