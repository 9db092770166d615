// Owns text without marks: written here as the markdown part would write it, so that a conversation that needs no
// markdown never loads that part.

/** Anything that could be a mark, an address, or a character that is taken out; what seems to be one may be none. */
const MARKED =
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  /[*_`#>[\]|~<&\\\0-\t\v-\x1f\x7f\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]|^ *(?:[+-](?: |$)|--|\d+[.)](?: |$))|https:/m;

/** Longer text, and more than 32 paragraphs, are for the part that writes only what is new. */
const MAX_PLAIN = 2000;
const MANY_PARAGRAPHS = /(?:\n\s*\n[^]*?){32}/;

export const isPlain = (text: string): boolean =>
  text.length <= MAX_PLAIN && !MARKED.test(text) && !MANY_PARAGRAPHS.test(text);

function paragraphOf(text: string): HTMLElement {
  const node = document.createElement("p");
  text.split(/\n */).forEach((line, index) => {
    if (index > 0) node.append(document.createElement("br"));
    node.append(line);
  });
  return node;
}

/**
 * Shows plain text as paragraphs.
 * @param before what the element shows; its end is written on where that is enough, so that a selection stays
 */
export function writePlain(element: HTMLElement, text: string, before: string): void {
  const added = text.slice(before.length);
  const end = element.lastChild?.lastChild;
  if (end instanceof Text && text.startsWith(before) && !added.includes("\n") && !/\n *$/.test(before))
    return end.appendData(added);
  const paragraphs = text.split(/\n(?: *\n)+/).map((paragraph) => paragraph.replace(/^[ \n]+|\n *$/g, ""));
  element.replaceChildren(...paragraphs.filter(Boolean).map(paragraphOf));
}
