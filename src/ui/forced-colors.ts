// Owns the styles for systems that paint all in a few colours of their own. Loaded where that is so.
import { addStyles } from "./add-styles.ts";
import css from "./forced-colors.css?inline";

/** @param element in the shadow root that the styles are for. They say themselves when they hold, so they may stay. */
export const adapt = (element: Node): void => addStyles(element, css);
