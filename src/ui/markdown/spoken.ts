// Owns how markdown sounds: the words of an answer without its marks, for the screen reader announcement.

/** Plain words of a markdown text. Code stays, fences, link addresses, table rules and emphasis marks go. */
export function spokenText(markdown: string): string {
  return markdown
    .replace(/^ *(?:```|~~~).*$/gm, "")
    .replace(/^[\s|:-]+$/gm, "")
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/^ *(?:#{1,6}|>|[*+-]) +/gm, "")
    .replace(/\*\*|__|~~|`|\*(?=\S)|(?<=\S)\*/g, "")
    .replace(/^[ |]+|[ |]+$/gm, "")
    .replace(/ *\| */g, ", ")
    .replace(/\s+/g, " ")
    .trim();
}
