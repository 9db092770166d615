// Owns keeping in place what is read while things above it come, go and grow. Browsers do this only in part.

/** What stands topmost in view, from the row down to the innermost element, each with its px below the upper edge. */
export type Anchor = readonly (readonly [element: Element, top: number])[];

const edgesOf = (element: Element): DOMRect => element.getBoundingClientRect();

/** Notes where things stand. @param turns the rows in the scroller */
export function takeAnchor(scroller: Element, turns: readonly Element[]): Anchor {
  const edge = edgesOf(scroller).top;
  const anchor: [Element, number][] = [];
  for (let level = turns; ;) {
    const found = level.find((element) => edgesOf(element).bottom > edge);
    if (found === undefined) return anchor;
    anchor.push([found, edgesOf(found).top - edge]);
    level = [...found.children];
  }
}

/**
 * Scrolls to where things stand as they did; to the beginning when nothing is left of them.
 * @param scrolledPx how far the reader has scrolled since
 * @returns whether all of them are left
 */
export function keepAnchor(scroller: Element, anchor: Anchor, scrolledPx: number): boolean {
  const kept = anchor.findLast(([element]) => element.isConnected);
  const offPx =
    kept === undefined
      ? -scroller.scrollTop
      : edgesOf(kept[0]).top - edgesOf(scroller).top - kept[1] + scrolledPx;
  // Less is rounding, and each correction stops a swipe.
  if (Math.abs(offPx) >= 1) scroller.scrollTop += offPx;
  return kept !== undefined && kept === anchor.at(-1);
}
