import { beforeEach, describe, expect, test, vi } from "vitest";
import { markdownTexts } from "./texts.ts";
import { MarkdownStream } from "./stream.ts";
import { CASES } from "./testing/cases.ts";
import { shape } from "./testing/shape.ts";

const texts = markdownTexts({});
const onBug = vi.fn();
const options = { wording: texts, onBug, imageHosts: ["img.example"] };
let root: HTMLElement;

beforeEach(() => {
  onBug.mockClear();
  root = document.createElement("div");
});

const shown = () => [...root.childNodes].map(shape).join("");

function whole(markdown: string): string {
  new MarkdownStream(root, options).finish(markdown);
  return shown();
}

describe("markdown becomes", () => {
  test.each(CASES)("%s", (_title, markdown, expected) => {
    expect(whole(markdown)).toBe(expected);
    expect(onBug).not.toHaveBeenCalled();
  });

  test("a table in a region, numbers aligned with their head", () => {
    whole("| Plan | Price |\n|---|---|\n| Team | € 29 |\n| Scale | € 1,190.50 |\n");
    expect(shown()).toContain("<thead><tr><th>Plan</th><th>Price</th></tr></thead>");
    expect(root.querySelectorAll(".table > table > tbody > tr")).toHaveLength(2);
    expect([...root.querySelectorAll(".number")].map((cell) => cell.tagName)).toEqual(["TH", "TD", "TD"]);
  });
});

test("while it grows, an unfinished link cannot be clicked", () => {
  const stream = new MarkdownStream(root, options);
  for (const text of ["[gui", "[guide](", "[guide](https://exam", "[guide](https://example.com"]) {
    stream.update(text);
    expect(root.querySelector("a")).toBeNull();
  }
  stream.update("[guide](https://example.com)");
  expect(root.querySelector("a")?.rel).toBe("noopener noreferrer nofollow ugc");
  expect(root.querySelector("a")?.target).toBe("_blank");
});

test("nothing that loads or runs is ever built", () => {
  whole(
    "![a](https://e.example/a.png) <script>alert(1)</script> <svg onload=alert(1)> [r]: https://e.example\n\n" +
      '<iframe src="https://e.example"></iframe>\n\n![x](https://e.example/x.png "t" onerror=alert(1))',
  );
  expect(root.querySelector("img, script, iframe, svg [onload], link, style, object, video")).toBeNull();
});

test("only the new end is written: nodes that stand are not touched", () => {
  const stream = new MarkdownStream(root, options);
  stream.update("First paragraph\n\nSecond");
  const first = root.firstElementChild;
  stream.update("First paragraph\n\nSecond one\n\nThird");
  expect(root.firstElementChild).toBe(first);
});

const SOURCES = [
  { id: "a", title: "Shipping", url: "https://shop.example/shipping" },
  { id: "b", title: "bank.example", url: "https://evil.example/" },
  { id: "c", title: "Run me", url: "javascript:alert(1)" },
];

test("sources: numbers in the text lead to them, before or after they are known, and chips say their host", () => {
  const text = "Two days [1], see [2] and [3][3] and [4].";
  const early = new MarkdownStream(root, options);
  early.setSources(SOURCES);
  early.finish(text);
  const before = shown();
  root = document.createElement("div");
  const late = new MarkdownStream(root, options);
  late.update(text.slice(0, 20));
  late.setSources(SOURCES);
  late.finish(text);
  expect(shown()).toBe(before);
  expect(
    [...root.querySelectorAll("sup a")].map((link) => `${link.textContent} ${link.getAttribute("title")}`),
  ).toEqual(["1 Shipping (shop.example)", "2 bank.example (evil.example)"]);
  expect([...root.querySelectorAll(".sources li")].map((chip) => chip.textContent)).toEqual([
    "Shippingshop.example",
    "bank.exampleevil.example",
    "Run me",
  ]);
  expect(root.querySelectorAll(".sources a")).toHaveLength(2);
  expect(root.textContent).toContain("and [4].");
});

test("many blocks stand in parts, and a list that goes on is one list", () => {
  whole("a\n\n".repeat(40) + "- x\n".repeat(40) + "- y");
  expect(root.children).toHaveLength(33);
  expect(root.querySelectorAll(".part > p")).toHaveLength(8);
  expect(root.querySelectorAll(".part > ul > li")).toHaveLength(41);
});

test("a text that was replaced is shown anew", () => {
  const stream = new MarkdownStream(root, options);
  stream.update("One **two");
  stream.finish("Other");
  expect(shown()).toBe("<p>Other</p>");
});

describe("a long block is written less often, and never far behind", () => {
  test.each([
    ["paragraph", "Words with **bold** parts. ", "Words with bold parts. "],
    ["list", "- item with **bold** words\n", "item with bold words"],
  ])("%s", (_title, unit, seen) => {
    const text = unit.repeat(Math.ceil(20_000 / unit.length));
    const stream = new MarkdownStream(root, options);
    let [writes, before, behind] = [0, 0, 0];
    for (let at = 20; at < text.length; at += 20) {
      stream.update(text.slice(0, at));
      const { length } = root.textContent;
      if (length !== before) writes += 1;
      before = length;
      behind = Math.max(behind, at / unit.length - length / seen.length - 2);
    }
    // Of a thousand pieces.
    expect(writes).toBeLessThan(500);
    // In units: one of a hundred, of 750 at the end.
    expect(behind).toBeLessThan(8);
    stream.update(`${text}\n\nNext`);
    expect(root.textContent.endsWith("Next")).toBe(true);
  });

  test("code stands in parts and is written as it comes", () => {
    const stream = new MarkdownStream(root, options);
    const text = `\`\`\`\n${"let x = 1;\n".repeat(2000)}`;
    stream.update(text);
    stream.update(`${text}let y`);
    expect(root.querySelector("code")?.textContent.endsWith("let y")).toBe(true);
  });
});

test("long answers cost linear time: 200 kB of prose and code in chunks", () => {
  const text = "A sentence with `code`, **bold** and a [link](https://e.example/).\n\n".repeat(3000);
  const stream = new MarkdownStream(root, options);
  const writes = vi.spyOn(document, "createElement");
  for (let at = 0; at < text.length; at += 5000) stream.update(text.slice(0, at));
  stream.finish(text);
  // p, code, strong, span and a for each line, and the parts they stand in; nothing is built twice.
  expect(writes.mock.calls.length).toBe(3000 * 5 + Math.ceil(3000 / 32) - 1);
});
