import { afterEach, expect, it, vi } from "vitest";
import { makeOpenable } from "./launcher-open.ts";
import { createHost, type LauncherLook } from "./launcher.ts";
import { fakeConfig } from "./testing/fake-widget.ts";

const LOOK: LauncherLook = {
  color: "#3b5bdb",
  position: "br",
  label: "",
  size: 56,
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
    style.cssText.includes(`${side}: calc(var(--foyer-edge,24px)`),
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

it.each([
  ["", "https://acme.example/logo.png", "https://acme.example/logo.png"],
  ["https://acme.example/icon.svg", "https://acme.example/logo.png", "https://acme.example/icon.svg"],
])(
  "icon %j and logo %j: shows %s in the icon's place once it has loaded, and never before",
  (icon, logo, shown) => {
    const host = draw();
    const images: HTMLImageElement[] = [];
    vi.stubGlobal("Image", function FakeImage() {
      const image = document.createElement("img");
      images.push(image);
      return image;
    });
    makeOpenable(host, fakeConfig({ launcher_icon_url: icon, logo_url: logo }).branding);
    vi.unstubAllGlobals();
    expect(host.button.querySelector("img")).toBeNull();
    images[0]?.dispatchEvent(new Event("load"));
    expect(host.button.querySelector("i")).toBeNull();
    expect(host.button.querySelector("img")?.src).toBe(shown);
  },
);

it("gains its expanded state when a panel runs behind it", () => {
  const host = draw();
  expect(host.button.hasAttribute("aria-expanded")).toBe(false);
  makeOpenable(host, undefined);
  expect(host.button.getAttribute("aria-expanded")).toBe("false");
});
