// Owns markdown and what becomes of it, for the tests.

/** The shape of the DOM without its tools and colours, as compact text. */
export function shape(node: Node): string {
  if (node instanceof Text) return node.data;
  if (!(node instanceof Element)) return "";
  if (node.tagName === "BUTTON") return "";
  const inner = [...node.childNodes].map(shape).join("");
  if (node.tagName === "SPAN" && node.closest("pre") !== null) return inner;
  const name = node.tagName.toLowerCase();
  const marks = ["href", "src", "start"]
    .map((mark) => node.getAttribute(mark))
    .filter((mark) => mark !== null);
  return `<${[name, ...marks].join(" ")}>${inner}</${name}>`;
}

const code = (language: string, text: string): string =>
  `<div><div><span>${language}</span></div><pre><code>${text}</code></pre></div>`;
const table = (head: string, body: string): string =>
  `<div><table><thead>${head}</thead><tbody>${body}</tbody></table></div>`;

export const CASES: [title: string, markdown: string, expected: string][] = [
  ["nothing", " \n\n ", ""],
  ["paragraphs", "One\n\nTwo\n\n\nThree\n", "<p>One</p><p>Two</p><p>Three</p>"],
  ["line break", "One\nTwo", "<p>One<br></br>Two</p>"],
  ["hard breaks", "One  \nTwo\\\nThree<br>Four", "<p>One  <br></br>Two<br></br>Three<br></br>Four</p>"],
  [
    "emphasis",
    "**b** *i* __b__ _i_ ~~s~~ `c`",
    "<p><strong>b</strong> <em>i</em> <strong>b</strong> <em>i</em> <s>s</s> <code>c</code></p>",
  ],
  ["both", "***a** b*", "<p><em><strong>a</strong> b</em></p>"],
  ["nested", "**a *b* c**", "<p><strong>a <em>b</em> c</strong></p>"],
  ["over lines", "**a\nb**", "<p><strong>a<br></br>b</strong></p>"],
  ["inside words", "a*b*c snake_case_name 2*3*4", "<p>a<em>b</em>c snake_case_name 2<em>3</em>4</p>"],
  ["no marks", "2 * 3 * 4, a ** b, 5*(3+4)*2, ~5, a~b~c", "<p>2 * 3 * 4, a ** b, 5*(3+4)*2, ~5, a~b~c</p>"],
  ["before a letter", "**注意：**文字", "<p><strong>注意：</strong>文字</p>"],
  ["never closed", "a **b *c ~~d", "<p>a **b *c ~~d</p>"],
  ["closed in the wrong order", "**a *b** c*", "<p><strong>a *b</strong> c*</p>"],
  ["in the next block", "**a\n\nb**", "<p>**a</p><p>b**</p>"],
  [
    "code with marks",
    "``a ` b`` `**x**` `` ` ``",
    "<p><code>a ` b</code> <code>**x**</code> <code>`</code></p>",
  ],
  ["code never closed", "a `b **c** d", "<p>a `b <strong>c</strong> d</p>"],
  ["code never closed twice", "a `b ``c **d**", "<p>a `b ``c <strong>d</strong></p>"],
  ["escapes", "\\*a\\* \\[b\\](c) \\a \\\\", "<p>*a* [b](c) \\a \\</p>"],
  [
    "entities",
    "&lt;b&gt; &amp;amp; &#65; &#x42; &unknown; &copy &#0;",
    "<p><b> &amp; A B &unknown; &copy \ufffd</p>",
  ],
  [
    "headings",
    "# A\n## B ##\n#### C#\n#hash\n####### seven",
    "<h3>A</h3><h3>B</h3><h4>C#</h4><p>#hash<br></br>####### seven</p>",
  ],
  ["rules", "a\n---\n***\n- - -\n__ _", "<p>a</p><hr></hr><hr></hr><hr></hr><hr></hr>"],
  ["lists", "- a\n- b\n* c", "<ul><li>a</li><li>b</li><li>c</li></ul>"],
  ["ordered", "3. a\n4. b", "<ol 3><li>a</li><li>b</li></ol>"],
  [
    "nested lists",
    "1. one\n2. two\n   - deep\n     - deeper\n   - deep\n3. three",
    "<ol><li>one</li><li>two<ul><li>deep<ul><li>deeper</li></ul></li><li>deep</li></ul></li><li>three</li></ol>",
  ],
  ["nested by two", "1. one\n  - deep\n2. two", "<ol><li>one<ul><li>deep</li></ul></li><li>two</li></ol>"],
  [
    "nested by four",
    "- a\n    - b\n        - c\n- d",
    "<ul><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li><li>d</li></ul>",
  ],
  ["nested by tabs", "- a\n\t- b", "<ul><li>a<ul><li>b</li></ul></li></ul>"],
  ["loose items", "- a\n\n  more\n\n- b\n\nafter", "<ul><li>a<p>more</p></li><li>b</li></ul><p>after</p>"],
  [
    "lazy lines",
    "- a\nb\n\n> c\nd",
    "<ul><li>a<br></br>b</li></ul><blockquote><p>c<br></br>d</p></blockquote>",
  ],
  ["years are no lists", "It was\n2024. Then", "<p>It was<br></br>2024. Then</p>"],
  ["list after text", "Do:\n1. a\n2. b", "<p>Do:</p><ol><li>a</li><li>b</li></ol>"],
  ["empty item", "- \n- b\n-", "<ul><li></li><li>b</li><li></li></ul>"],
  [
    "tasks",
    "- [ ] a\n- [x] **b**\n- [link](https://e.example/)",
    "<ul><li><span>☐</span>a</li><li><span>☑</span><strong>b</strong></li><li><a https://e.example/>link</a></li></ul>",
  ],
  [
    "quotes",
    "> q\n> > r\n>\n> - s\n>   t",
    "<blockquote><p>q</p><blockquote><p>r</p></blockquote><ul><li>s<br></br>t</li></ul></blockquote>",
  ],
  [
    "code in a quote",
    "> ```\n> a\n>\n> b\n> ```\n> c",
    `<blockquote>${code("", "a\n\nb")}<p>c</p></blockquote>`,
  ],
  [
    "code in an item",
    "1. a\n   ```sh\n   x\n     y\n   ```\n2. b",
    `<ol><li>a${code("sh", "x\n  y")}</li><li>b</li></ol>`,
  ],
  [
    "code",
    "```js\nlet a = '<b>'\n\n  **b**\n```\nafter",
    code("js", "let a = '<b>'\n\n  **b**") + "<p>after</p>",
  ],
  ["code in tildes", "~~~~ py x\n```\n~~~\n~~~~", code("py", "```\n~~~")],
  ["code never ended", "```\nabc\n", code("", "abc")],
  ["code with tabs", "```\n\ta\n```", code("", "\ta")],
  ["inline fence", "```not code``` text", "<p><code>not code</code> text</p>"],
  [
    "table",
    "| A | B |\n|---|:-:|\n| x | **1** |\n| `a\\|b` |\nend",
    table(
      "<tr><th>A</th><th>B</th></tr>",
      "<tr><td>x</td><td><strong>1</strong></td></tr><tr><td><code>a|b</code></td><td></td></tr>",
    ) + "<p>end</p>",
  ],
  [
    "table without outer pipes",
    "A | B\n--- | ---\n1 | 2 | 3",
    table("<tr><th>A</th><th>B</th></tr>", "<tr><td>1</td><td>2</td></tr>"),
  ],
  [
    "table after text",
    "Prices:\n| A |\n|---|\n| 1 |\n\ntext",
    "<p>Prices:</p>" + table("<tr><th>A</th></tr>", "<tr><td>1</td></tr>") + "<p>text</p>",
  ],
  ["pipes that are no table", "| a | b |\n| c |\n\n|---|", "<p>| a | b |<br></br>| c |</p><p>|---|</p>"],
  [
    "table in an item",
    "- x\n  | A |\n  |---|\n  | 1 |",
    "<ul><li>x" + table("<tr><th>A</th></tr>", "<tr><td>1</td></tr>") + "</li></ul>",
  ],
  ["link", "[guide](https://example.com/x)", "<p><a https://example.com/x>guide</a></p>"],
  [
    "link with title",
    '[guide](<https://example.com/x> "T") and (more)',
    "<p><a https://example.com/x>guide</a> and (more)</p>",
  ],
  [
    "link with bold label",
    "[**g**](https://example.com/)",
    "<p><a https://example.com/><strong>g</strong></a></p>",
  ],
  ["bold link", "**[g](https://example.com/)**", "<p><strong><a https://example.com/>g</a></strong></p>"],
  [
    "link without label shows its host",
    "[ ](https://example.com/a)",
    "<p><a https://example.com/a>example.com</a></p>",
  ],
  [
    "link in brackets",
    "[a [b](https://b.example/) c](https://c.example/)",
    "<p>[a <a https://b.example/>b</a> c](<a https://c.example/>https://c.example/</a>)</p>",
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
    "See https://example.com/a. Bye (https://e.example/)",
    "<p>See <a https://example.com/a>https://example.com/a</a>. Bye (<a https://e.example/>https://e.example/</a>)</p>",
  ],
  [
    "bare http url",
    "See http://example.com xhttps://e.example",
    "<p>See http://example.com xhttps://e.example</p>",
  ],
  [
    "bold bare url",
    "**https://example.com**",
    "<p><strong><a https://example.com/>https://example.com</a></strong></p>",
  ],
  [
    "autolinks",
    "<https://e.example/> <me@e.example> <http://x.example> <b>",
    "<p><a https://e.example/>https://e.example/</a> <a mailto:me@e.example>me@e.example</a> <span>http://x.example</span> <b></p>",
  ],
  [
    "punycode is shown",
    "[a](https://bücher.example/) https://bücher.example/",
    "<p><a https://xn--bcher-kva.example/>a</a> <a https://xn--bcher-kva.example/>https://bücher.example/</a> (xn--bcher-kva.example)</p>",
  ],
  [
    "image of a foreign host is a link",
    "![cat](https://example.com/c.png)",
    "<p><a https://example.com/c.png>cat</a></p>",
  ],
  [
    "image of an allowed host",
    "![cat](https://img.example/c.png)",
    "<p><img https://img.example/c.png></img></p>",
  ],
  [
    "image of an allowed host that says something",
    "![cat](https://img.example/c.png?q=1)",
    "<p><a https://img.example/c.png?q=1>cat</a></p>",
  ],
  [
    "image by reference",
    "![cat][c]\n\n[c]: https://img.example/c.png",
    "<p><img https://img.example/c.png></img></p>",
  ],
  ["image of a script address", "![cat](javascript:x)", "<p><span>cat</span></p>"],
  [
    "image in a link",
    "[![i](https://a.example/)](https://b.example/)",
    "<p><a https://b.example/><span>i</span></a></p>",
  ],
  [
    "references",
    "[a][B] [b] [c][] [d]\n\n[b]: https://b.example/ 'T'\n[C]: <https://c.example/>\n[b]: https://x.example/",
    "<p><a https://b.example/>a</a> <a https://b.example/>b</a> <a https://c.example/>c</a> <span>[d]</span></p>",
  ],
  [
    "numbers side by side",
    "x [1][2] [text][1]\n\n[1]: https://a.example/\n[2]: https://b.example/",
    "<p>x <a https://a.example/>1</a><a https://b.example/>2</a> <a https://a.example/>text</a></p>",
  ],
  ["references defined before", "[b]: https://b.example/\n\n[a][b]", "<p><a https://b.example/>a</a></p>"],
  ["reference to a script", "[a]\n\n[a]: javascript:alert(1)", "<p><span>a</span></p>"],
  [
    "reference in a link",
    "[x [b] y](https://c.example/)\n\n[b]: https://b.example/",
    "<p><a https://c.example/>x <span>[b]</span> y</a></p>",
  ],
  ["unknown reference", "[a][b]", "<p><span>[a][b]</span></p>"],
  [
    "footnotes",
    "said[^1] so\n\n[^1]: By **me**.",
    "<p>said<sup>1</sup> so</p><p><sup>1</sup> By <strong>me</strong>.</p>",
  ],
  ["mark of a source that is not there", "as said [1] there", "<p>as said <span>[1]</span> there</p>"],
  ["cut link", "see [guide](https://exam", "<p>see [guide](https://exam</p>"],
  ["cut label", "see [gui", "<p>see [gui</p>"],
  [
    "html is text",
    "<img src=x onerror=alert(1)>\n<div>\n</div>",
    "<p><img src=x onerror=alert(1)><br></br><div><br></br></div></p>",
  ],
  [
    "hidden characters",
    "[a\u202eb\u200bc](https://e.example/) d\u2066e",
    "<p><a https://e.example/>abc</a> de</p>",
  ],
  ["emoji", "👩‍👩‍👧 ok 🇦🇹 **👍**", "<p>👩‍👩‍👧 ok 🇦🇹 <strong>👍</strong></p>"],
];
