// What streaming costs: 80,000 characters in 4,000 pieces, four to a frame, layout included. Also for one block alone.
import { expect, test } from "../fixtures.ts";
import { visitMarkdown } from "../markdown-page.ts";
import { tasksOf } from "./tasks.ts";

const CHARS = 80_000;
const PIECES = 4000;
const FRAME_MS = 1000 / 60;
const MIXED = `## Plans compared

Most shops start with **Team** and move on [when they grow](https://shop.example/plans). It holds \`3\` sites; *no card* is
needed, see https://shop.example/help for the rest.

1. Open the settings
   - choose a plan
   - [x] confirm it
2. Done

| Plan | Price | Sites |
|:-----|------:|-------|
| Solo | € 9   | 1     |
| Team | € 29  | 3     |

\`\`\`js
const total = items.reduce((sum, { price }) => sum + price, 0); // cents
if (total > 5000) ship("free");
\`\`\`

> Prices are without tax.[^1]

`;

const fill = (unit: string, head = ""): string =>
  (head + unit.repeat(Math.ceil(CHARS / unit.length))).slice(0, CHARS);

const TEXTS: [title: string, text: string][] = [
  ["a mixed answer", fill(MIXED)],
  ["one paragraph", fill("Words with **bold** parts, `code` and a [link](https://e.example/) in between. ")],
  ["one code block", fill("  const line = await read(file, { at: index * size });\n", "```js\n")],
  [
    "one table",
    fill("| Team | **€ 29** | 3 sites and more |\n", "| Plan | Price | Sites |\n|---|---|---|\n"),
  ],
  ["one list", fill("- item with **bold** words\n  - and one below\n")],
];

for (const [title, text] of TEXTS) {
  test(`streaming ${title}`, async ({ browser, page, site }) => {
    const stream = async () => {
      await visitMarkdown(page, site);
      const pieces = [text, PIECES] as const;
      return page.evaluate(async ([text, count]) => window.streamText(text, count), pieces);
    };
    const seen = await stream();
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
    const frames = PIECES / 4;
    const quarter = frames / 4;
    const ratio = sum(seen.costs.slice(-quarter)) / sum(seen.costs.slice(0, quarter));
    const sorted = seen.costs.toSorted((a, b) => a - b);
    const at = (share: number) => (sorted[Math.floor(share * (frames - 1))] ?? Number.NaN).toFixed(2);
    console.log(
      `\n${title}: mean ${(sum(seen.costs) / frames).toFixed(3)} ms a piece with layout (script ${(sum(seen.scripts) / frames).toFixed(3)}), ` +
        `p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)}; last quarter ${ratio.toFixed(2)} x the first; ` +
        `${seen.longTasks} long tasks, ${seen.dropped} of ${frames} frames late`,
    );
    expect(seen.isEqual).toBe(true);

    const tasks = await tasksOf(browser, page, stream);
    const longer = (ms: number) => tasks.filter((task) => task > ms).length;
    const longest = tasks.slice(0, 5).map((ms) => ms.toFixed(1));
    console.log(
      `${title}, processor time: longest tasks ${longest.join(" ")} ms, ${longer(50)} of 50 ms or more, ` +
        `${longer(FRAME_MS)} longer than a frame`,
    );
  });
}
