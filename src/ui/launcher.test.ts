import { afterEach, expect, it } from "vitest";
import { makeOpenable } from "./launcher-open.ts";
import { createHost, type LauncherLook } from "./launcher.ts";

const LOOK: LauncherLook = {
  color: "#3b5bdb",
  position: "br",
  label: "",
  logoUrl: "",
  name: "Chat with Nova",
};
const draw = (look: Partial<LauncherLook> = {}) => createHost({ ...LOOK, ...look });

afterEach(() => document.querySelectorAll("foyer-chat").forEach((host) => host.remove()));

it("stands last in the root element, in an open shadow root", () => {
  const { element, root } = draw();
  expect(document.documentElement.lastElementChild).toBe(element);
  expect(element.shadowRoot).toBe(root);
  expect(root.adoptedStyleSheets).toHaveLength(1);
});

it.each([
  ["br", ["bottom", "right"]],
  ["bl", ["bottom", "left"]],
  ["tr", ["top", "right"]],
  ["tl", ["top", "left"]],
])("position %s sets %j only", (position, sides) => {
  const { style } = draw({ position }).button;
  const set = ["top", "bottom", "left", "right"].filter((side) =>
    style.cssText.includes(`${side}: calc(24px`),
  );
  expect(set.toSorted()).toEqual(sides.toSorted());
});

it("has a name without a label, and shows the label where there is one", () => {
  expect(draw().button.ariaLabel).toBe("Chat with Nova");
  const { button } = draw({ label: "Ask Nova" });
  expect(button.textContent).toBe("Ask Nova");
  expect(button.ariaLabel).toBe("Ask Nova");
});

it.each([
  ["#3b5bdb", "#fff"],
  ["#000000", "#fff"],
  ["#7c5cff", "#fff"],
  ["#ffd43b", "#000"],
  ["#ffffff", "#000"],
])("text on %s is %s", (color, text) => {
  expect(draw({ color }).button.style.color).toBe(text);
});

it("puts the logo in the icon's place once it has loaded, and never before", () => {
  const { button } = draw({ logoUrl: "https://acme.example/logo.png" });
  expect(button.querySelector("img")).toBeNull();
  expect(button.querySelector("i")).not.toBeNull();
});

it("gains its expanded state when a panel runs behind it", () => {
  const host = draw();
  expect(host.button.hasAttribute("aria-expanded")).toBe(false);
  const { setOpen } = makeOpenable(host);
  expect(host.button.getAttribute("aria-expanded")).toBe("false");
  setOpen(true);
  expect(host.button.getAttribute("aria-expanded")).toBe("true");
  expect(host.root.adoptedStyleSheets).toHaveLength(2);
});
