import { expect, test, vi } from "vitest";
import { readPlacement } from "./placement.ts";

const readFrom = (tag: Record<string, string>) => readPlacement((name) => tag[name] ?? null);

test("what a tag says is read, and nothing is told", () => {
  const complain = vi.spyOn(console, "error").mockImplementation(() => {});
  const tag = {
    mode: "side",
    announce: "off",
    sound: "on",
    "title-count": "off",
    teaser: "Hi",
    launcher: "#chat",
  };
  const { mode, announce, sound, titleCount, teaser, launcher, target } = readFrom(tag);
  expect([mode, announce, sound, titleCount, teaser, launcher, target]).toEqual([
    "side",
    "off",
    "on",
    "off",
    "Hi",
    "#chat",
    undefined,
  ]);
  expect(readFrom({})).toEqual({});
  expect(complain).not.toHaveBeenCalled();
});

test.each([
  ["mode", "floating, side, full, inline"],
  ["announce", "answer, sentence, off"],
  ["sound", "on, off"],
  ["title-count", "on, off"],
])("data-%s that is none of %s is told once, by what it may be, and does as the default", (name, choices) => {
  const complain = vi.spyOn(console, "error").mockImplementation(() => {});
  expect(readFrom({ [name]: "loudly" })).toEqual({});
  expect(complain.mock.calls).toEqual([[`[foyer] invalid_option: data-${name} is none of ${choices}`]]);
});
