import { describe, expect, test } from "vitest";
import {
  bareUrlLength,
  honestText,
  imageAddress,
  isMisleading,
  readAddress,
  safeLink,
  visibleText,
} from "./links.ts";

describe("addresses that become links", () => {
  test.each([
    ["https://example.com/a?b=c#d", "https://example.com/a?b=c#d", "example.com"],
    ["HTTPS://EXAMPLE.com", "https://example.com/", "example.com"],
    ["https://example.com:8443/", "https://example.com:8443/", "example.com:8443"],
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
  ["version 1.25", "https://example.com/", false],
  ["apple.com", "https://e.com/", true],
  ["example.com.evil.example", "https://example.com/", true],
  ["docs.example.com", "https://example.com/", true],
  ["https://example.com:8443/a", "https://example.com:8443/a", false],
  ["me@example.com", "mailto:me@example.com", false],
  ["me@example.com", "mailto:you@example.com", true],
  ["аpple.com", "https://аpple.com/", true],
])("label %j for %s misleads: %s", (label, address, expected) => {
  const link = safeLink(address);
  expect(link && isMisleading(label, link)).toBe(expected);
});

test.each([
  ["https://example.com.", "https://example.com"],
  ["https://example.com/a?b", "https://example.com/a?b"],
  ["https://example.com/).", "https://example.com/"],
  ["https://example.com/a_(b)", "https://example.com/a_(b)"],
  ["https://example.com/a_(b)).", "https://example.com/a_(b)"],
  ["https://example.com/**,", "https://example.com/"],
])("bare %s", (text, url) => {
  expect(text.slice(0, bareUrlLength(text))).toBe(url);
});

const ADDRESSES: [text: string, address: string | "more" | "none"][] = [
  ["(https://e.example/)", "https://e.example/"],
  ["( https://e.example/ )", "https://e.example/"],
  ["(https://e.example/a_(b))", "https://e.example/a_(b)"],
  ["(<https://e.example/a b>)", "https://e.example/a b"],
  ['(https://e.example/ "A title")', "https://e.example/"],
  ["(https://e.example/ 'A title' )", "https://e.example/"],
  ["(https://e.example/ (A title))", "https://e.example/"],
  ["()", ""],
  ["(two words)", "none"],
  ["(https://e.example", "more"],
  ["(https://e.example/a_(b", "more"],
  ['(https://e.example/ "A ti', "more"],
  ["(<https://e.ex", "more"],
  [`(${"a".repeat(2499)}`, "more"],
  [`(${"a".repeat(2500)}`, "none"],
  [`(${"a".repeat(2500)})`, "none"],
];
test.each(ADDRESSES)("the brackets %s hold the address %s", (text, expected) => {
  const read = readAddress(`${text}`);
  expect(typeof read === "object" ? read.address : read).toBe(expected);
  if (typeof read !== "object") return;
  expect(read.length).toBe(text.length);
  // Whatever has come of it, it may still become one.
  for (let end = 1; end < text.length; end += 1) expect(readAddress(text.slice(0, end))).toBe("more");
});

test("images are fetched from an allowed host only, and say nothing", () => {
  const hosts = ["img.example", "cdn.example:8443"];
  expect(imageAddress("https://img.example/a.png", hosts)).toBe("https://img.example/a.png");
  expect(imageAddress("https://cdn.example:8443/a.png", hosts)).toBe("https://cdn.example:8443/a.png");
  for (const address of [
    "https://img.example/a.png?secret=1",
    "https://img.example/a.png#x",
    "https://a.img.example/a.png",
    "https://img.example.evil.example/",
    "https://cdn.example/a.png",
    "http://img.example/a.png",
    "data:image/png,x",
    "mailto:img.example",
  ])
    expect(imageAddress(address, hosts)).toBeNull();
});

test("what reorders or hides text is taken out of it; what languages need stays", () => {
  expect(honestText("a\u202eb\u2066c\u200bd\u00ade\u0000f\u061cg")).toBe("abcdefg");
  expect(honestText("می\u200cخواهم 👩\u200d👧 line\nnext\ttab")).toBe(
    "می\u200cخواهم 👩\u200d👧 line\nnext\ttab",
  );
});
