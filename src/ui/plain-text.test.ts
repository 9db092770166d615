import { array, assert, constantFrom, property, string } from "fast-check";
import { expect, test } from "vitest";
import { MarkdownStream } from "./markdown/stream.ts";
import { isPlain, writePlain } from "./plain-text.ts";
import { markdownTexts } from "./markdown/texts.ts";

const asMarkdown = (text: string): string => {
  const root = document.createElement("div");
  new MarkdownStream(root, { wording: markdownTexts({}), onBug: (error) => expect(error).toBeNull() }).finish(
    text,
  );
  return root.innerHTML;
};
const ATOMS = [
  "a",
  "Word ",
  " ",
  "\n",
  "\n\n",
  "\n \n",
  "1",
  "1.",
  "-",
  "+",
  "=",
  "--",
  ")",
  "(",
  "!",
  ":",
  "http://x.y",
  "@",
  "$",
  "é",
  "👍",
  "'",
];
const texts = array(constantFrom(...ATOMS), { maxLength: 20 }).map((atoms) => atoms.join(""));

test("what is taken for plain looks as the markdown part would show it", () => {
  assert(
    property(texts, (text) => {
      if (!isPlain(text)) return;
      const element = document.createElement("div");
      writePlain(element, text, "");
      expect(element.innerHTML).toBe(asMarkdown(text));
    }),
    { numRuns: 2000 },
  );
});

test("any text at all that is taken for plain", () => {
  assert(
    property(string({ unit: "binary", maxLength: 60 }), (text) => {
      if (!isPlain(text)) return;
      const element = document.createElement("div");
      writePlain(element, text, "");
      expect(element.innerHTML).toBe(asMarkdown(text));
    }),
    { numRuns: 1000 },
  );
});

test("growing text ends as the whole would, and a line that grows keeps its node", () => {
  assert(
    property(texts, (text) => {
      const grown = document.createElement("div");
      for (let end = 0; end < text.length; end += 1)
        writePlain(grown, text.slice(0, end + 1), text.slice(0, end));
      const whole = document.createElement("div");
      writePlain(whole, text, "");
      expect(grown.innerHTML).toBe(whole.innerHTML);
    }),
    { numRuns: 500 },
  );
  const element = document.createElement("div");
  writePlain(element, "One\n\nTwo", "");
  const end = element.lastChild?.lastChild;
  writePlain(element, "One\n\nTwo three", "One\n\nTwo");
  expect(element.lastChild?.lastChild).toBe(end);
});

test.each([
  "**a**",
  "a_b",
  "`a`",
  "# a",
  "> a",
  "- a",
  "1. a",
  "a | b",
  "[a]",
  "<a>",
  "&amp;",
  "https://a.example",
  "a\\\nb",
  "a\n---",
  "a\u202eb",
  "a\tb",
  "x".repeat(2001),
  "x\n\n".repeat(33),
  "x\n\n".repeat(33),
])("%j is for the markdown part", (text) => {
  expect(isPlain(text)).toBe(false);
});
