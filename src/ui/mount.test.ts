import { afterEach, describe, expect, test, vi } from "vitest";
import { mount } from "./mount.ts";
import { lockPageScroll } from "./cover.ts";
import { fakeConfig, fakeWidget } from "./testing/fake-widget.ts";
import { settle } from "./testing/panel.ts";

afterEach(() => vi.unstubAllGlobals());

const hosts = () => document.querySelectorAll("foyer-chat");

describe("mount", () => {
  test("draws nothing before the config is known, then the launcher", () => {
    const widget = fakeWidget(null);
    const load = vi.spyOn(widget, "load");
    const unmount = mount(widget);
    expect(hosts()).toHaveLength(0);
    expect(load).toHaveBeenCalledOnce();
    widget.config.value = fakeConfig();
    expect(hosts()).toHaveLength(1);
    widget.config.value = fakeConfig({ title: "Other" });
    expect(hosts()).toHaveLength(1);
    unmount();
  });

  test("the launcher opens and closes the panel", async () => {
    const widget = fakeWidget();
    const unmount = mount(widget);
    const root = hosts()[0]?.shadowRoot;
    const launcher = root?.querySelector("button");
    launcher?.click();
    await settle();
    expect(root?.querySelector("[role=dialog]")).not.toBeNull();
    launcher?.click();
    await settle();
    expect(root?.querySelector("[role=dialog]")).toBeNull();
    unmount();
  });

  test("N70: unmounting at any time leaves the page as it was, and the widget alive", () => {
    const before = document.documentElement.outerHTML;
    const early = fakeWidget(null);
    mount(early)();
    early.config.value = fakeConfig();
    expect(document.documentElement.outerHTML).toBe(before);
    const widget = fakeWidget();
    const unmount = mount(widget);
    widget.open();
    unmount();
    unmount();
    expect(document.documentElement.outerHTML).toBe(before);
    expect(widget.isOpen.value).toBe(true);
  });

  test("on a server it does nothing", () => {
    vi.stubGlobal("document", undefined);
    expect(() => mount(fakeWidget())()).not.toThrow();
  });
});

test.each([
  ["no style at all", null],
  ["an overflow of its own", "overflow: scroll !important; color: red;"],
])("the page's scroll lock gives back %s", (_title, style) => {
  const page = document.documentElement;
  if (style === null) page.removeAttribute("style");
  else page.setAttribute("style", style);
  const before = page.getAttribute("style");
  const unlock = lockPageScroll();
  expect(page.style.overflow).toBe("hidden");
  unlock();
  expect(page.getAttribute("style")).toBe(before);
  page.removeAttribute("style");
});
