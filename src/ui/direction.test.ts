import { afterEach, expect, test } from "vitest";
import { directionOf } from "./direction.ts";

afterEach(() => {
  document.body.style.direction = "";
});

test.each([
  ["ar", "rtl"],
  ["he-IL", "rtl"],
  ["FA-ir", "rtl"],
  ["ur", "rtl"],
  ["en", "ltr"],
  ["de-AT", "ltr"],
  ["art", "ltr"],
])("locale %s reads %s", (locale, direction) => {
  document.body.style.direction = direction === "ltr" ? "rtl" : "ltr";
  expect(directionOf(locale, document.createElement("div"))).toBe(direction);
});

test("without a locale the panel reads like the page around it", () => {
  const host = document.createElement("div");
  document.documentElement.append(host);
  expect(directionOf("", host)).toBe("ltr");
  document.body.style.direction = "rtl";
  expect(directionOf("", host)).toBe("rtl");
  host.remove();
});
