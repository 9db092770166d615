import { describe, expect, test } from "vitest";
import { accentFill, accentInk, applyTheme, contrast, hueAndChroma } from "./theme.ts";
import { fakeConfig } from "./testing/fake-widget.ts";

const ACCENTS = [
  "#000000",
  "#ffffff",
  "#3b5bdb",
  "#7c5cff",
  "#3b82f6",
  "#0b7a75",
  "#ffd43b",
  "#ff0000",
  "#00ff00",
  "#777777",
  "#fafafa",
  "#f76707",
];

test.each([
  ["#000000", "#ffffff", 21],
  ["#ffffff", "#ffffff", 1],
  ["#777777", "#ffffff", 4.48],
])("contrast of %s on %s is %d", (first, second, ratio) => {
  expect(contrast(first, second)).toBeCloseTo(ratio, 1);
  expect(contrast(second, first)).toBeCloseTo(ratio, 1);
});

describe.each(ACCENTS)("accent %s", (accent) => {
  test("text on the fill reads", () => {
    const { fill, text } = accentFill(accent);
    expect(contrast(fill, text)).toBeGreaterThanOrEqual(4.5);
  });

  test.each([
    ["light", "#ffffff"],
    ["light", "#eef0f5"],
    ["dark", "#1a1a20"],
    ["dark", "#2b2b33"],
  ] as const)("as text in the %s scheme it reads on %s", (scheme, background) => {
    expect(contrast(accentInk(accent, scheme), background)).toBeGreaterThanOrEqual(4.5);
  });
});

test.each([
  ["#3b5bdb", { fill: "#3b5bdb", text: "#ffffff" }],
  ["#ffd43b", { fill: "#ffd43b", text: "#000000" }],
])("an accent that already reads is not touched: %s", (accent, expected) => {
  expect(accentFill(accent)).toEqual(expected);
});

test.each([
  ["#ff0000", 29.2, 0.258],
  ["#00ff00", 142.5, 0.295],
  ["#0000ff", 264.1, 0.313],
])("hue and chroma of %s", (hex, hue, chroma) => {
  expect(hueAndChroma(hex).hue).toBeCloseTo(hue, 0);
  expect(hueAndChroma(hex).chroma).toBeCloseTo(chroma, 2);
});

test.each(["#000000", "#ffffff", "#808080"])("grey %s has no hue", (hex) => {
  expect(hueAndChroma(hex)).toEqual({ hue: 0, chroma: 0 });
});

test("the theme is written property by property and can be written again", () => {
  const container = document.createElement("div");
  const button = document.createElement("button");
  applyTheme({ container, button }, fakeConfig({ primary_color: "#808080", radius: 0 }).branding, "dark");
  expect(container.style.getPropertyValue("--round")).toBe("0px");
  expect(container.style.getPropertyValue("--chroma")).toBe("0.000");
  applyTheme(
    { container, button },
    fakeConfig({ primary_color: "#3b5bdb", density: "compact" }).branding,
    "light",
  );
  expect(container.style.getPropertyValue("--chroma")).toBe("0.199");
  expect(container.dataset).toMatchObject({ scheme: "light", density: "compact" });
  expect(button.style.color).toBe("#ffffff");
});
