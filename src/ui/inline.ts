// Owns standing inside a container of the page. Loaded for pages that have one.
import { addStyles } from "./add-styles.ts";
import css from "./inline.css?inline";
import type { Host } from "./launcher.ts";
import { select } from "./own-buttons.ts";
import { complain } from "./report.ts";

/** A container that is lower than this has no height of its own. */
const MIN_INLINE_PX = 160;

/** Resolves when the page has been parsed as a whole: only then a container that is not there is missing. */
const parsed = (): Promise<unknown> =>
  document.readyState === "loading"
    ? new Promise((resolve) => document.addEventListener("DOMContentLoaded", resolve, { once: true }))
    : Promise.resolve();

/** The container of an inline panel, once the page is there; null, and a line in the console, when there is none. */
export async function findTarget(target: string | Element): Promise<Element | null> {
  if (typeof target !== "string") return target;
  await parsed();
  const [found = null] = select(target);
  if (found === null)
    complain("target_not_found", `data-target="${target}" matches no element: the panel floats instead`);
  return found;
}

/** Moves the host into the page's container; one without a height gets the panel's usual one. */
function settle(target: Element, host: Host, container: HTMLElement): void {
  const hasHeight = target.clientHeight >= MIN_INLINE_PX;
  host.element.setAttribute("data-inline", "");
  target.append(host.element);
  container.style.height = hasHeight ? "100%" : "var(--foyer-height, 600px)";
}

/**
 * Puts the host into its container, and where a selector names that, into each that comes when one was taken out: pages
 * swap their content without loading anew. Until then the widget is out of sight, and what it does goes on.
 * @returns the end of it
 */
export function settleIn(
  found: Element,
  target: string | Element,
  host: Host,
  container: HTMLElement,
): () => void {
  addStyles(host.button, css);
  settle(found, host, container);
  const observer = new MutationObserver(() => {
    const [next] = host.element.isConnected ? [] : select(String(target));
    if (next !== undefined) settle(next, host, container);
  });
  if (typeof target === "string") observer.observe(document, { childList: true, subtree: true });
  return () => observer.disconnect();
}
