// Owns the sentences of an answer that is still being written: which are whole, and which were told.
import type { AgentRow } from "../core/rows.ts";
import { textsFrom } from "./strings.ts";

const TEXTS = { code_block: "code" };

/** Lines that begin something of their own, so that what stands above them is over. */
const BEGINS = /^\s*(?:#{1,6}\s|[-*+]\s|\d+[.)]\s|>|\||```|~~~|(?:[-*_] *){3,}$)/;
/** Lines that are something of their own, whatever follows. */
const ALONE = /^\s*(?:#{1,6}\s|\||$)/;
const QUOTE = /^\s*>/;
const FENCE = /^[ \t]*(```|~~~)/;
/** A link whose end has not come yet. */
const OPEN_LINK = /!?\[[^\]]*(?:\](?:\([^)]*)?)?$/;
const NUMBER = /^\s*\d+[.)]\s+/;
/** Ends of words that look like the end of a sentence. */
const SHORTENED =
  /(?:^|[\s(])(?:(?:\p{L}\.)+|(?:Dr|Mr|Mrs|Ms|Prof|St|No|Nr|vs|etc|approx|ca|bzw|usw|resp)\.)\s*$/u;

/** Where the block that begins at `at` ends; -1 while it may go on. */
function endOfBlock(text: string, at: number): number {
  const lineFrom = (start: number): string => text.slice(start).split("\n", 1)[0] ?? "";
  const first = lineFrom(at);
  for (let end = text.indexOf("\n", at); end >= 0; end = text.indexOf("\n", end + 1)) {
    const next = lineFrom(end + 1);
    const isWhole = end + 1 + next.length < text.length;
    const isOver = next.trim() === "" ? isWhole : BEGINS.test(next);
    if (ALONE.test(first) || (isOver && !(QUOTE.test(first) && QUOTE.test(next)))) return end + 1;
  }
  return -1;
}

/** Where the code that begins at `at` ends, and the text with it; -1 before its last line is whole. */
function endOfCode(text: string, at: number, fence: string): number {
  const close = text.slice(at).search(new RegExp(`\\n[ \\t]*${fence}`));
  return close < 0 ? -1 : text.indexOf("\n", at + close + 1) + 1 || -1;
}

interface Place {
  /** Where the block begins that is being told. */
  at: number;
  /** How many of its sentences were. */
  told: number;
}

/**
 * Creates the teller of answers: for each look at one, what is to be told of it now. Whole sentences only, each once;
 * a code block is told as being one.
 * @param strings texts of the site owner by name
 */
export function createSentences(locale: string, strings: Readonly<Record<string, string>>) {
  const code = textsFrom(TEXTS, strings)("code_block");
  // Without it, blocks are told as a whole.
  const segmenter =
    "Segmenter" in Intl ? new Intl.Segmenter(locale || undefined, { granularity: "sentence" }) : null;
  const places = new Map<string, Place>();

  const sentencesOf = (text: string): string[] => {
    const parts = segmenter === null ? [text] : [...segmenter.segment(text)].map(({ segment }) => segment);
    const sentences: string[] = [];
    for (const part of parts) {
      const last = sentences.length - 1;
      const before = sentences[last];
      if (before !== undefined && SHORTENED.test(before)) sentences[last] = before + part;
      else if (part.trim() !== "") sentences.push(part);
    }
    return sentences;
  };

  return (
    { id, text, state }: Pick<AgentRow, "id" | "text" | "state">,
    spoken: (markdown: string) => string,
  ) => {
    const isDone = state !== "streaming";
    const place = places.get(id) ?? { at: 0, told: 0 };
    places.set(id, place);
    const now: string[] = [];
    while (place.at < text.length) {
      const fence = FENCE.exec(text.slice(place.at))?.[1];
      const end = fence === undefined ? endOfBlock(text, place.at) : endOfCode(text, place.at, fence);
      const isOver = end >= 0 || isDone;
      if (fence !== undefined) {
        if (place.told === 0) now.push(code);
        place.told = 1;
      } else {
        const block = text.slice(place.at, end < 0 ? undefined : end);
        const shown = isOver ? block : block.replace(OPEN_LINK, "");
        const sentences = sentencesOf(spoken(shown.replace(NUMBER, "")));
        const whole = isOver ? sentences : sentences.slice(0, -1);
        now.push(...whole.slice(place.told));
        place.told = Math.max(place.told, whole.length);
      }
      if (!isOver) break;
      place.at = end < 0 ? text.length : end;
      place.told = 0;
    }
    return now.map((sentence) => sentence.trim()).join(" ");
  };
}
