import { beforeEach, describe, expect, test, vi } from "vitest";
import { textsFor } from "../strings.ts";
import { MarkdownStream } from "./stream.ts";

const texts = textsFor({});
const onBug = vi.fn();
let root: HTMLElement;

beforeEach(() => {
  onBug.mockClear();
  root = document.createElement("div");
});

/** The shape of the DOM without the copy button, as compact text. */
function shape(node: Node): string {
  if (node instanceof Text) return node.data;
  if (!(node instanceof Element)) return "";
  if (node.tagName === "BUTTON") return "";
  const name = node.tagName.toLowerCase();
  const href = node.getAttribute("href");
  const inner = [...node.childNodes].map(shape).join("");
  return `<${name}${href === null ? "" : ` ${href}`}>${inner}</${name}>`;
}
const shown = () => [...root.childNodes].map(shape).join("");

function whole(markdown: string): string {
  new MarkdownStream(root, texts, onBug).finish(markdown);
  return shown();
}

const CASES: [title: string, markdown: string, expected: string][] = [
  ["paragraphs", "One\n\nTwo", "<p>One</p><p>Two</p>"],
  ["line break", "One\nTwo", "<p>One<br></br>Two</p>"],
  ["emphasis", "**b** *i* ~~s~~ `c`", "<p><strong>b</strong> <em>i</em> <s>s</s> <code>c</code></p>"],
  ["headings start below the panel's", "# A\n\n#### B", "<h3>A</h3><h4>B</h4>"],
  ["lists", "- a\n- b", "<ul><li>a</li><li>b</li></ul>"],
  ["tasks", "- [ ] a\n- [x] b", "<ul><li><span>☐</span> a</li><li><span>☑</span> b</li></ul>"],
  ["quote", "> q", "<blockquote><p>q</p></blockquote>"],
  [
    "code",
    "```js\nlet a = '<b>'\n```",
    "<div><div><span>js</span></div><pre><code>let a = '<b>'</code></pre></div>",
  ],
  ["link", "[guide](https://example.com/x)", "<p><a https://example.com/x>guide</a></p>"],
  [
    "link with bold label",
    "[**g**](https://example.com/)",
    "<p><a https://example.com/><strong>g</strong></a></p>",
  ],
  [
    "link without label shows its host",
    "[ ](https://example.com/a)",
    "<p><a https://example.com/a> </a></p>",
  ],
  [
    "misleading label",
    "[bank.example](https://evil.example/)",
    "<p><a https://evil.example/>bank.example</a> (evil.example)</p>",
  ],
  ["script address", "[x](javascript:alert`1`)", "<p><span>x</span></p>"],
  ["data address", "[x](data:text/html,hi)", "<p><span>x</span></p>"],
  ["http address", "[x](http://example.com)", "<p><span>x</span></p>"],
  [
    "bare url",
    "See https://example.com/a. Bye",
    "<p>See <a https://example.com/a>https://example.com/a</a>. Bye</p>",
  ],
  ["bare http url", "See http://example.com now", "<p>See <span>http://example.com</span> now</p>"],
  [
    "image is never loaded",
    "![cat](https://example.com/c.png)",
    "<p><a https://example.com/c.png>cat</a></p>",
  ],
  ["image of a script address", "![cat](javascript:x)", "<p><span>cat</span></p>"],
  [
    "image in a link",
    "[![i](https://a.example/)](https://b.example/)",
    "<p><a https://b.example/><span>i</span></a></p>",
  ],
  ["reference link stays text", "[a][b]", "<p><span>[a]</span><span>[b]</span></p>"],
  ["footnote stays text", "as said [1] there", "<p>as said <span>[1]</span> there</p>"],
  ["cut link", "see [guide](https://exam", "<p>see <span>[guide](https://exam</span></p>"],
  ["cut label", "see [gui", "<p>see <span>[gui</span></p>"],
  ["html is text", "<img src=x onerror=alert(1)>", "<p><img src=x onerror=alert(1)></p>"],
  [
    "hidden characters in a label",
    "[a\u202eb\u200bc](https://e.example/)",
    "<p><a https://e.example/>abc</a></p>",
  ],
  ["unclosed code", "```\nabc", "<div><div><span></span></div><pre><code>abc</code></pre></div>"],
  ["unclosed bold", "a **b", "<p>a <strong>b</strong></p>"],
  ["emoji", "👩‍👩‍👧 ok 🇦🇹", "<p>👩‍👩‍👧 ok 🇦🇹</p>"],
];

describe("markdown becomes", () => {
  test.each(CASES)("%s", (_title, markdown, expected) => {
    expect(whole(markdown)).toBe(expected);
    expect(onBug).not.toHaveBeenCalled();
  });

  test("a table in a region, numbers aligned with their head", () => {
    whole("| Plan | Price |\n|---|---|\n| Team | € 29 |\n| Scale | € 1,190.50 |\n");
    expect(shown()).toContain("<thead><tr><th> Plan </th><th> Price </th></tr></thead>");
    expect(root.querySelectorAll(".table > table > tbody > tr")).toHaveLength(2);
    expect([...root.querySelectorAll(".number")].map((cell) => cell.tagName)).toEqual(["TH", "TD", "TD"]);
  });
});

const LONG = CASES.map(([, markdown]) => markdown)
  .filter((markdown) => !/cut|unclosed|\(https:\/\/exam$|\[gui$|```\nabc$|a \*\*b$/.test(markdown))
  .concat("| A | B |\n|---|---|\n| x | 12 |", "1. one\n2. two\n   - deep")
  .join("\n\n");

describe("N56: split anywhere, the result is the same", () => {
  const feed = (pieces: string[]): string => {
    root = document.createElement("div");
    const stream = new MarkdownStream(root, texts, onBug);
    let text = "";
    for (const piece of pieces) stream.update((text += piece));
    stream.finish(text);
    return shown();
  };
  test.each([
    ...CASES.map(([title, markdown]) => [title, markdown] as const),
    ["all together", LONG] as const,
  ])("%s", (_title, markdown) => {
    const expected = feed([markdown]);
    // UTF-16 units, not characters: a surrogate pair may arrive in two chunks.
    expect(feed(markdown.split(""))).toBe(expected);
    for (let at = 1; at < Math.min(markdown.length, 120); at += 1) {
      expect(feed([markdown.slice(0, at), markdown.slice(at)])).toBe(expected);
    }
  });
});

test("while it grows, an unfinished link cannot be clicked", () => {
  const stream = new MarkdownStream(root, texts, onBug);
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
  const stream = new MarkdownStream(root, texts, onBug);
  stream.update("First paragraph\n\nSecond");
  const first = root.firstElementChild;
  stream.update("First paragraph\n\nSecond one\n\nThird");
  expect(root.firstElementChild).toBe(first);
});

describe("input not worth following is shown as it was written", () => {
  test.each([
    ["deep quotes", "> ".repeat(60) + "deep"],
    ["deep lists", Array.from({ length: 40 }, (_, depth) => `${"  ".repeat(depth)}- x`).join("\n")],
    ["endless address", `[x](${"a".repeat(20_000)}`],
    ["endless closed address", `[x](https://e.example/${"a".repeat(20_000)})`],
  ])("%s", (_title, markdown) => {
    new MarkdownStream(root, texts, onBug).finish(markdown);
    expect(root.classList.contains("plain")).toBe(true);
    expect(root.textContent).toBe(markdown);
    const atOnce = shown();
    root = document.createElement("div");
    const stream = new MarkdownStream(root, texts, onBug);
    for (let at = 0; at < markdown.length; at += 97) stream.update(markdown.slice(0, at));
    stream.finish(markdown);
    expect(shown()).toBe(atOnce);
    expect(onBug).not.toHaveBeenCalled();
  });

  test("text that follows is kept too", () => {
    const start = `${"> ".repeat(60)}deep`;
    const stream = new MarkdownStream(root, texts, onBug);
    stream.update(start);
    stream.update(`${start} and more`);
    expect(root.textContent).toBe(`${start} and more`);
  });
});

test("a text that was replaced is shown anew", () => {
  const stream = new MarkdownStream(root, texts, onBug);
  stream.update("One **two");
  stream.finish("Other");
  expect(shown()).toBe("<p>Other</p>");
});

test("long answers cost linear time: 200 kB of prose and code in chunks", () => {
  const text = "A sentence with `code`, **bold** and a [link](https://e.example/).\n\n".repeat(3000);
  const stream = new MarkdownStream(root, texts, onBug);
  const writes = vi.spyOn(document, "createElement");
  for (let at = 0; at < text.length; at += 5000) stream.update(text.slice(0, at));
  stream.finish(text);
  // p, code, strong, span and a for each line; nothing is built twice.
  expect(writes.mock.calls.length).toBe(3000 * 5);
});
