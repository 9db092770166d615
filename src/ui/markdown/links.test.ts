import { describe, expect, test } from "vitest";
import { isMisleading, safeLink, splitBareUrl, visibleText } from "./links.ts";

describe("addresses that become links", () => {
  test.each([
    ["https://example.com/a?b=c#d", "https://example.com/a?b=c#d", "example.com"],
    ["HTTPS://EXAMPLE.com", "https://example.com/", "example.com"],
    ["https://example.com:8443/", "https://example.com:8443/", "example.com:8443"],
    ['https://example.com "Title"', "https://example.com/", "example.com"],
    ["<https://example.com>", "https://example.com/", "example.com"],
    ["mailto:me@example.com", "mailto:me@example.com", "me@example.com"],
    ["https://bücher.example/", "https://xn--bcher-kva.example/", "xn--bcher-kva.example"],
    ["https://аpple.com/", "https://xn--pple-43d.com/", "xn--pple-43d.com"],
  ])("%s", (raw, href, destination) => {
    expect(safeLink(raw)).toEqual({ href, destination });
  });
});

test.each([
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  "java\nscript:alert(1)",
  "\u0001javascript:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "vbscript:x",
  "blob:https://example.com/1",
  "file:///etc/passwd",
  "http://example.com",
  "//example.com",
  "/relative",
  "#hash",
  "",
  "https://",
  "https://user:secret@example.com/",
  "https://example.com\nhttps://evil.example",
  "https://exam\u200bple.com",
  "https://example.com/\u202egpj.exe",
  "view-source:https://example.com",
])("N57: %j never becomes a link", (raw) => {
  expect(safeLink(raw)).toBeNull();
});

test("invisible characters leave the label", () => {
  expect(visibleText("a\u202eb\u200bc\u2066d\u00ade\u0007f")).toBe("abcdef");
  expect(visibleText("Ünï ço∂é 漢字 عربي")).toBe("Ünï ço∂é 漢字 عربي");
});

test.each([
  ["bank.example", "https://evil.example/", true],
  ["https://bank.example/login", "https://evil.example/", true],
  ["Example.com docs", "https://example.com/docs", false],
  ["the guide", "https://evil.example/", false],
  ["version 1.2", "https://example.com/", false],
])("label %j for %s misleads: %s", (label, address, expected) => {
  const link = safeLink(address);
  expect(link && isMisleading(label, link)).toBe(expected);
});

test.each([
  ["https://example.com.", "https://example.com", "."],
  ["https://example.com/a?b", "https://example.com/a?b", ""],
  ["https://example.com/).", "https://example.com/", ")."],
])("bare %s", (text, url, rest) => {
  expect(splitBareUrl(text)).toEqual([url, rest]);
});
