// The final nodes are those of the whole text, however it was cut into pieces.
import { array, assert, constantFrom, nat, property } from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { markdownTexts } from "./texts.ts";
import { MarkdownStream } from "./stream.ts";
import { CASES } from "./testing/cases.ts";
import { shape } from "./testing/shape.ts";

const onBug = vi.fn();
const texts = markdownTexts({});

function feed(pieces: Iterable<string>): string {
  const root = document.createElement("div");
  const stream = new MarkdownStream(root, { wording: texts, onBug, imageHosts: ["img.example"] });
  let text = "";
  for (const piece of pieces) stream.update((text += piece));
  stream.finish(text);
  expect(onBug).not.toHaveBeenCalled();
  // Text nodes too: where one ends is seen by nobody, but must not depend on the pieces either.
  return [...root.childNodes].map(shape).join("");
}

/** Pieces that mean something in many combinations, and words. */
const ATOMS = [
  ..."*_`~[]()!<>|#-+\\&:;.^ \n\n\n\t1 2hxa",
  ..."**,__,``,~~,***,```,~~~,---,***\n,\n\n,\n> ,\n- ,\n  - ,\n    - ,\n1. ,\n2) ,\n# ,\n#### ,](,][,[^1],\n[^1]: ,\n[a]: https://e.example/\n".split(
    ",",
  ),
  ..."https://e.example/,http://,mailto:a@b.example,<https://e.example>,<br>,&amp;,&#x41;,word,a b,[a],[a][a],[x](https://e.example/),![x](https://img.example/a),javascript:x,👩‍👧".split(
    ",",
  ),
  "\n| a | b |\n|---|:-:|\n| 1 | 2 |\n",
  "\n| a |\n",
  "\n---|---\n",
  "\n```js\nlet x\n```\n",
  "\n- [ ] ",
  "\u2028",
  "\u00a0",
  "\r",
];
const markdown = array(constantFrom(...ATOMS), { maxLength: 40 }).map((atoms) => atoms.join(""));

test("N56: generated markdown, one UTF-16 unit at a time", () => {
  assert(
    property(markdown, (text) => {
      expect(feed(text.split(""))).toBe(feed([text]));
    }),
    { numRuns: 1500 },
  );
});

test("N56: generated markdown, cut at random", () => {
  assert(
    property(markdown, array(nat(30), { minLength: 1, maxLength: 10 }), (text, lengths) => {
      const pieces: string[] = [];
      for (let at = 0, index = 0; at < text.length; index += 1) {
        const length = 1 + (lengths[index % lengths.length] ?? 0);
        pieces.push(text.slice(at, at + length));
        at += length;
      }
      expect(feed(pieces)).toBe(feed([text]));
    }),
    { numRuns: 1500 },
  );
});

describe("N56: cut at every place", () => {
  test.each([
    ...CASES.map(([title, text]) => [title, text] as const),
    ["all together", CASES.map(([, text]) => text).join("\n\n")] as const,
  ])("%s", (_title, text) => {
    const expected = feed([text]);
    expect(feed(text.split(""))).toBe(expected);
    for (let at = 1; at < Math.min(text.length, 120); at += 1)
      expect(feed([text.slice(0, at), text.slice(at)])).toBe(expected);
  });
});

/** Beyond every limit that bounds what is held back. */
const LONG: [title: string, unit: string][] = [
  ["spaces", " "],
  ["stars", "*"],
  ["stars and words", "*a "],
  ["backticks", "`"],
  ["runs of backticks", "` `` ``` ```` "],
  ["brackets", "["],
  ["closing brackets", "[]"],
  ["pipes", "| a "],
  ["hashes", "# #"],
  ["address", "[x](https://e.example/"],
  ["bare address", "https://e.example/"],
  ["letters in angles", "<a"],
  ["quotes", "> "],
  ["rules", "- "],
  ["numbers", "1. "],
  ["references", "[a][b] "],
  ["lines in quotes", "> a\n> > b\n"],
  ["deeper and deeper", "- a\n  "],
  ["entities", "&amp"],
  ["backslashes", "\\"],
  ["tabs", "\t"],
];
test.each(LONG)("N56: %s without end", (_title, unit) => {
  const text = unit.repeat(Math.ceil(6000 / unit.length));
  const expected = feed([text]);
  const pieces = text.match(/[^]{1,97}/g) ?? [];
  expect(feed(pieces)).toBe(expected);
  // Nothing is lost, but for the marks that became structure.
  expect(expected.length).toBeGreaterThan(0);
});
