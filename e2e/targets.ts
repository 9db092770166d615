// Owns measuring what can be pressed: how large each is, and whether one lies over another.
import type { Page } from "playwright/test";

/** WCAG 2.5.8; look.md wants more on touch. */
const MIN_PX = 24;
const MIN_TOUCH_PX = 40;
const PRESSED = 'button, a[href], textarea, input, [role="menuitem"]';

/** What is too small or overlaps, one line each. Links in running text are as high as their line. */
export const faultyTargets = (page: Page): Promise<string[]> =>
  page.evaluate(
    ([selector, minPx, minTouchPx]) => {
      const root = document.querySelector("foyer-chat")?.shadowRoot;
      if (!root) throw new Error("no widget");
      const min = matchMedia("(pointer: coarse)").matches ? minTouchPx : minPx;
      const isShown = (element: Element) =>
        element.checkVisibility({ opacityProperty: false, visibilityProperty: true }) &&
        element.closest("[inert]") === null;
      const targets = [...root.querySelectorAll(selector)].filter(
        (element) =>
          isShown(element) &&
          !element.matches(".md :is(p, li:not(.sources li), td, th, sup) > a, .md .cite a"),
      );
      const named = targets.map((element) => ({
        element,
        name: element.getAttribute("aria-label") ?? element.textContent,
        box: element.getBoundingClientRect(),
      }));
      const small = named
        .filter(({ box }) => Math.round(Math.min(box.width, box.height)) < min)
        .map(({ name, box }) => `${name}: ${box.width} x ${box.height}`);
      const over = named.flatMap(({ element, name, box }, index) =>
        named
          .slice(index + 1)
          .filter(
            (other) =>
              !element.contains(other.element) &&
              Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left) > 1 &&
              Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top) > 1 &&
              element.parentElement === other.element.parentElement,
          )
          .map((other) => `${name} and ${other.name} overlap`),
      );
      return [...small, ...over];
    },
    [PRESSED, MIN_PX, MIN_TOUCH_PX] as const,
  );

/** What is wider than the window, or makes the widget scroll sideways. */
export const sidewaysOf = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const root = document.querySelector("foyer-chat")?.shadowRoot;
    const wide = [
      ...(root?.querySelectorAll(".panel, .log, .rows, .page, .scroll, footer, header") ?? []),
    ].filter((element) => element.scrollWidth > element.clientWidth + 1);
    const page = document.documentElement;
    return [
      ...wide.map(({ className }) => `${className} scrolls sideways`),
      ...(page.scrollWidth > innerWidth ? ["the page scrolls sideways"] : []),
    ];
  });
