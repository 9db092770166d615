import { expect, test } from "vitest";
import { schemeOf } from "./scheme.ts";

test.each([
  ["normal", "", false, "light"],
  ["normal", "", true, "dark"],
  ["light", "", true, "light"],
  ["dark", "", false, "dark"],
  ["light dark", "", true, "dark"],
  ["light dark", "", false, "light"],
  ["only light", "", true, "light"],
  ["light", "dark", false, "light"],
  ["normal", "dark", false, "dark"],
  ["normal", "app theme-dark wide", false, "dark"],
  ["normal", "is-light", true, "light"],
  ["normal", "dark-mode", false, "dark"],
  ["light dark", "light", true, "light"],
  ["normal", "font-light", true, "dark"],
  ["normal", "dark:bg-black bg-white", false, "light"],
  ["normal", "no-dark darkest lightbox", false, "light"],
])("color-scheme %j, marks %j, system dark %s: %s", (colorScheme, marks, isSystemDark, expected) => {
  expect(schemeOf(colorScheme, marks, isSystemDark)).toBe(expected);
});
