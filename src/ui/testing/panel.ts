// Owns a mounted panel for tests: host, root, launcher, and what a test does with it.
import type { Placement } from "../placement.ts";
import { mountPanel } from "../panel-view.tsx";
import type { FakeWidget } from "./fake-widget.ts";

/** Preact renders in microtasks and animation frames; two macrotasks let both pass. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 2; turn += 1) {
    await new Promise((resolve) => requestAnimationFrame(() => setImmediate(resolve)));
  }
}

/** Mounts the panel of a fake widget in a fresh host at the end of the body. */
export function mountTestPanel(widget: FakeWidget, placement?: Placement) {
  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  const button = document.createElement("button");
  root.append(button);
  document.body.append(host);
  const unmount = mountPanel(widget, { element: host, root, button }, placement);
  const find = (selector: string): HTMLElement => {
    const element = root.querySelector<HTMLElement>(selector);
    if (element === null) throw new Error(`no ${selector} in the panel`);
    return element;
  };
  const press = (target: Element, key: string, init: KeyboardEventInit = {}): KeyboardEvent => {
    const event = new KeyboardEvent("keydown", {
      key,
      bubbles: true,
      composed: true,
      cancelable: true,
      ...init,
    });
    target.dispatchEvent(event);
    return event;
  };
  const type = (text: string) => {
    const field = root.querySelector("textarea");
    if (field === null) throw new Error("no text field in the panel");
    field.value = text;
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  };
  return { host, root, button, unmount, find, press, type };
}
