// Owns what a page may want of announcements instead of whole answers: sentences as they come, or nothing. Loaded for
// pages that do.
import type { RefObject } from "preact";
import type { WidgetConfig } from "../protocol/config.ts";
import type { Say } from "./announce.ts";
import type { Announced } from "./placement.ts";
import { createSentences } from "./sentences.ts";

const sayNothing: Say = () => "";
/** What was told is known as long as the node is there. */
const tellers = new WeakMap<object, Say>();

/**
 * What is to be told of an answer.
 * @param status the live region: sentences are put there one after the other, as text that is replaced soon after it
 *   came is not spoken
 * @returns undefined for what is told by default
 */
export function sayAs(
  wanted: Announced | undefined,
  status: RefObject<HTMLElement | null>,
  { branding, strings }: WidgetConfig,
): Say | undefined {
  if (wanted !== "sentence") return wanted === "off" ? sayNothing : undefined;
  const known = tellers.get(status);
  if (known !== undefined) return known;
  const sentences = createSentences(branding.locale, strings);
  let shownId = "";
  const say: Say = (row, spoken) => {
    const node = status.current;
    const text = sentences(row, spoken);
    if (node === null || text === "") return "";
    node.ariaAtomic = "false";
    if (shownId !== row.id) node.replaceChildren();
    shownId = row.id;
    const sentence = document.createElement("span");
    sentence.textContent = text;
    node.append(sentence);
    return "";
  };
  tellers.set(status, say);
  return say;
}
