import { expect, test } from "vitest";
import type { AgentRow } from "../core/rows.ts";
import { spokenText } from "./markdown/spoken.ts";
import { createSentences } from "./sentences.ts";

function teller(locale = "en", strings = {}) {
  const tell = createSentences(locale, strings);
  return (row: Pick<AgentRow, "id" | "text" | "state">) => tell(row, spokenText);
}

/** What is told of a text that comes in pieces of so many characters, one entry for each time something is. */
function told(text: string, size: number, last: AgentRow["state"] = "complete"): string[] {
  const tell = teller();
  const said: string[] = [];
  for (let end = size; end < text.length; end += size)
    said.push(tell({ id: "a", text: text.slice(0, end), state: "streaming" }));
  said.push(tell({ id: "a", text, state: last }));
  return said.filter(Boolean);
}

const ANSWER = `## What it costs

It is **free** for you, e.g. Berlin and Paris are included. See [the guide. It is long](https://example.com/a.b) for more! Really
goes on in the next line? Yes.

> A quote, which may be longer than one line
> and goes on here.

1. First the order
   - the jacket, 3.5 kg
     ~~~
     const b = 2;
     ~~~
2. Then the parcel. It is small.

\`\`\`js
const a = 1; // Not. Spoken.

const b = 2;
\`\`\`

| Item | Price |
| :--- | ---: |
| Jacket | € 120 |

That was all`;

const SENTENCES = [
  "What it costs",
  "It is free for you, e.g. Berlin and Paris are included.",
  "See the guide.",
  "It is long for more!",
  "Really goes on in the next line?",
  "Yes.",
  "A quote, which may be longer than one line and goes on here.",
  "First the order",
  "the jacket, 3.5 kg",
  "code",
  "Then the parcel.",
  "It is small.",
  "code",
  "Item, Price",
  "Jacket, € 120",
  "That was all",
];

test("however the text is cut: whole sentences only, each once, code as code", () => {
  for (let size = 1; size <= 40; size++)
    expect(told(ANSWER, size).join(" "), `pieces of ${size}`).toBe(SENTENCES.join(" "));
});

test("letter by letter each sentence comes by itself", () => {
  const text = ANSWER.replace(/ +~~~[^~]+~~~\n/, "");
  const first = SENTENCES.indexOf("code");
  expect(told(text, 1)).toEqual(SENTENCES.toSpliced(first, 1));
});

test("a sentence is told when the next one begins, not when the answer is complete", () => {
  const tell = teller();
  const at = (text: string) => tell({ id: "a", text, state: "streaming" });
  expect(at("One. ")).toBe("");
  expect(at("One. T")).toBe("One.");
  expect(at("One. Two three")).toBe("");
});

test("of an answer that is stopped or cut the rest is told; the same text again is not", () => {
  expect(told("One. Two thr", 3, "stopped")).toEqual(["One.", "Two thr"]);
  const tell = teller();
  tell({ id: "a", text: "One.", state: "complete" });
  expect(tell({ id: "a", text: "One.", state: "complete" })).toBe("");
  expect(tell({ id: "b", text: "One.", state: "complete" })).toBe("One.");
});

test("other languages", () => {
  const tell = teller("ja", { code_block: "コード" });
  expect(tell({ id: "a", text: "はい。三つあります。ま", state: "streaming" })).toBe("はい。 三つあります。");
  expect(tell({ id: "b", text: "```\nx\n```", state: "complete" })).toBe("コード");
});
