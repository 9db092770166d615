// Owns what the page itself says: light or dark where the config says "auto", else the system decides; and when it has
// changed. No colours.

export type Scheme = "light" | "dark";

/** Attributes by which pages switch their theme; `color-scheme` as a style is read from the computed style. */
const THEME_ATTRIBUTES = ["class", "data-theme", "data-bs-theme", "data-color-scheme", "data-mode"];
/** "dark", "theme-dark", "is-dark", "dark-mode"; not "font-light" and not "dark:bg-black". */
const MARK = /(?:^|\s)(?:(?:theme|mode|scheme|is)[-_])?(light|dark)(?:[-_](?:theme|mode|scheme))?(?=\s|$)/i;
const DARK_QUERY = "(prefers-color-scheme: dark)";
const FORCED_QUERY = "(forced-colors: active)";

/**
 * What a page's own marks mean.
 * @param colorScheme computed `color-scheme` of the element around the widget, such as "normal" or "light dark"
 * @param marks theme attributes of the root and the body, joined
 */
export function schemeOf(colorScheme: string, marks: string, isSystemDark: boolean): Scheme {
  const says = (text: string): Scheme | null => {
    const isDark = /\bdark\b/.test(text);
    if (isDark === /\blight\b/.test(text)) return null;
    return isDark ? "dark" : "light";
  };
  return (
    says(colorScheme) ?? says(MARK.exec(marks)?.[1]?.toLowerCase() ?? "") ?? (isSystemDark ? "dark" : "light")
  );
}

/** Root and body, where there are such at the moment. */
const themeElements = (): Element[] => [document.documentElement, document.body].filter(Boolean);

/** The scheme of the page around an element, now. */
export function pageScheme(around: Element): Scheme {
  const marks = themeElements().flatMap((element) =>
    THEME_ATTRIBUTES.map((name) => element.getAttribute(name) ?? ""),
  );
  return schemeOf(getComputedStyle(around).colorScheme, marks.join(" "), matchMedia(DARK_QUERY).matches);
}

/** Whether the system paints all in a few colours of its own. */
export const hasForcedColors = (): boolean => matchMedia(FORCED_QUERY).matches;

/**
 * Calls back, at most once in a frame, when the page or the system may have changed its scheme, and when the page has
 * got another root or body, or lost what stood beside it. Returns its end.
 */
export function onPageChange(callback: () => void): () => void {
  let frame = 0;
  const later = (): void => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      watch();
      callback();
    });
  };
  const media = [DARK_QUERY, FORCED_QUERY].map((query) => matchMedia(query));
  for (const list of media) list.addEventListener("change", callback);
  const observer = new MutationObserver(later);
  /** What is watched already is not watched twice. What comes and goes within the body is the page's own. */
  const watch = (): void =>
    [document, ...themeElements()].forEach((node) =>
      observer.observe(node, {
        childList: node !== document.body,
        attributeFilter: ["style", ...THEME_ATTRIBUTES],
      }),
    );
  watch();
  return () => {
    cancelAnimationFrame(frame);
    observer.disconnect();
    for (const list of media) list.removeEventListener("change", callback);
  };
}
