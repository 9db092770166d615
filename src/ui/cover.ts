// Owns what a sheet does to the page that it covers, and to itself beside the on-screen keyboard. Gives all of it back.

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

/** The dialog follows the visual viewport, and the page behind it neither scrolls nor can be reached, until the returned end. */
export function cover(dialog: HTMLElement): () => void {
  const ends = [followViewport(dialog), lockPageScroll(), coverPage(dialog)];
  return () => ends.forEach((end) => end());
}
