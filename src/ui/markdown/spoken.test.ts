import { expect, test } from "vitest";
import { spokenText } from "./spoken.ts";

test.each([
  ["plain", "Hello there.", "Hello there."],
  ["emphasis", "**Bold** and *soft* and ~~gone~~", "Bold and soft and gone"],
  ["links keep their words", "See [the guide](https://example.com/x).", "See the guide."],
  ["images keep their description", "![a chart](https://example.com/x.png)", "a chart"],
  ["headings and lists", "# Title\n\n- one\n- two\n\n> said", "Title one two said"],
  ["code keeps its lines", "```js\nconst a = 1\n```", "const a = 1"],
  ["tables become commas", "| A | B |\n|---|---|\n| 1 | 2 |", "A, B 1, 2"],
  ["arithmetic stays", "2 * 3 = 6", "2 * 3 = 6"],
  ["nothing", " \n ", ""],
])("%s", (_title, markdown, spoken) => {
  expect(spokenText(markdown)).toBe(spoken);
});
