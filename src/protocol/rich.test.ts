import { describe, expect, it } from "vitest";
import { MAX_SOURCES, MAX_SUGGESTIONS, readExtras, readSources, readSuggestions } from "./rich.ts";

const source = (change: object = {}) => ({
  id: "1",
  title: "A page",
  url: "https://shop.example/a",
  ...change,
});

describe("readSources", () => {
  it.each([
    ["a whole one", source({ extra: 1 }), source()],
    ["one without a title", source({ title: null }), source({ title: "shop.example" })],
    ["a long title", source({ title: "x".repeat(300) }), source({ title: "x".repeat(200) })],
  ])("reads %s", (_case, value, expected) => {
    expect(readSources([value])).toEqual([expected]);
  });

  it.each([
    ["http", source({ url: "http://shop.example" })],
    ["a script", source({ url: "javascript:alert(1)" })],
    ["data", source({ url: "data:text/html,x" })],
    ["a name and a password", source({ url: "https://shop.example@evil.example/" })],
    ["a path", source({ url: "/a" })],
    ["an endless address", source({ url: `https://shop.example/${"x".repeat(2000)}` })],
    ["a number as id", source({ id: 1 })],
    ["an empty id", source({ id: "" })],
    ["null", null],
    ["a text", "https://shop.example"],
  ])("leaves out %s", (_case, value) => {
    expect(readSources([value, source({ id: "2" })])).toEqual([source({ id: "2" })]);
  });

  it("reads no more than 20, and no list as none", () => {
    expect(readSources(Array.from({ length: 99 }, () => source()))).toHaveLength(MAX_SOURCES);
    expect(readSources({ 0: source() })).toEqual([]);
  });
});

describe("readSuggestions", () => {
  it.each<[unknown, string[]]>([
    [
      ["Where?", "Where?", "Why?"],
      ["Where?", "Why?"],
    ],
    [["", 7, null, "x".repeat(121), "y".repeat(120)], ["y".repeat(120)]],
    ["Where?", []],
    [undefined, []],
  ])("%j", (value, expected) => {
    expect(readSuggestions(value)).toEqual(expected);
  });

  it("reads no more than 4", () => {
    expect(readSuggestions(["a", "b", "c", "d", "e"])).toHaveLength(MAX_SUGGESTIONS);
  });
});

describe("a stored message", () => {
  it("has what was said beside the text", () => {
    const rich = {
      sources: [source()],
      suggestions: ["Why?"],
      branch: { index: 1, count: 2, ids: ["b", "a"] },
    };
    expect(readExtras({ id: "a", ...rich })).toEqual(rich);
  });

  it.each([
    ["lists without anything to show", { sources: [source({ url: "x" })], suggestions: [] }],
    ["a branch of one", { branch: { index: 0, count: 1, ids: ["a"] } }],
    ["a branch that it is not on", { branch: { index: 2, count: 2, ids: ["a", "b"] } }],
    ["what is no message", null],
  ])("has no members for %s", (_case, message) => {
    expect(readExtras(message)).toEqual({});
  });
});
