import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const sheets = readdirSync(import.meta.dirname).filter((name) => name.endsWith(".css"));

test("there are style sheets to look at", () => {
  expect(sheets.length).toBeGreaterThan(5);
});

test.each(sheets)("%s has no rem: its size is the page's, not ours", (name) => {
  const css = readFileSync(`${import.meta.dirname}/${name}`, "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
  expect(css.match(/[\d.]rem\b/g)).toBeNull();
});
