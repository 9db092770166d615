// Owns the page's own buttons that stand for the launcher: their clicks, their state, and giving them back.

/** Elements of the page. A text that is no selector selects nothing. */
export function select(selector: string): Element[] {
  try {
    return [...document.querySelectorAll(selector)];
  } catch {
    return [];
  }
}

export interface OwnButtons {
  /** Tells assistive technology, on each button, whether the panel is open. */
  setOpen(isOpen: boolean): void;
  /** Puts the focus back on the button that was pressed last. */
  focus(): void;
  release(): void;
}

/**
 * Lets buttons of the page work as the launcher, also those that come later. The default action of a pressed one (of a
 * link, say) is prevented.
 */
export function adoptButtons(selector: string, onPress: () => void): OwnButtons {
  const before = new Map<Element, string | null>();
  let pressed: Element | undefined;
  const onClick = (event: Event): void => {
    const path = event.composedPath();
    const button = select(selector).find((candidate) => path.includes(candidate));
    if (button === undefined) return;
    pressed = button;
    event.preventDefault();
    onPress();
  };
  document.addEventListener("click", onClick);
  return {
    setOpen(isOpen) {
      for (const button of select(selector)) {
        if (!before.has(button)) before.set(button, button.getAttribute("aria-expanded"));
        button.setAttribute("aria-expanded", String(isOpen));
      }
    },
    focus() {
      if (pressed instanceof HTMLElement) pressed.focus({ preventScroll: true });
    },
    release() {
      document.removeEventListener("click", onClick);
      for (const [button, value] of before) {
        if (value === null) button.removeAttribute("aria-expanded");
        else button.setAttribute("aria-expanded", value);
      }
    },
  };
}
