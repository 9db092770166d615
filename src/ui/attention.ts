// Owns telling of answers that nobody saw: a count on the launcher and, while the page is hidden, in its title. Loaded
// with the first of them.
import type { Widget } from "../core/handle.ts";
import { addStyles } from "./add-styles.ts";
import css from "./attention.css?inline";
import type { Host } from "./launcher.ts";
import type { Placement } from "./placement.ts";
import { textsFrom } from "./strings.ts";

const TEXTS = Object.freeze({ unread_one: "1 new message", unread_many: "{count} new messages" });
/** A larger number has no room on the launcher. */
const MAX_SHOWN = 9;

const attended = new WeakSet<Host>();

/** The count on the launcher, and in what assistive technology calls it. */
function createBadge({ button }: Host, label: (count: number) => string): (count: number) => void {
  const badge = document.createElement("b");
  const name = button.ariaLabel;
  addStyles(button, css);
  return (count) => {
    badge.textContent = count > MAX_SHOWN ? `${MAX_SHOWN}+` : `${count}`;
    if (count > 0) button.append(badge);
    else badge.remove();
    button.ariaLabel = count > 0 ? `${name}, ${label(count)}` : name;
  };
}

/**
 * Puts a count before the page's title while the page is hidden. The page may change its title meanwhile; it gets back
 * what it wrote last, in the same text node, which it may hold on to.
 */
function createTitleCount(): { show(count: number): void; end(): void } {
  const title = document.querySelector("head > title");
  let own = "";
  let written = "";
  let count = 0;
  const write = (): void => {
    const text = title?.firstChild;
    if (!(text instanceof Text)) return;
    if (text.data !== written) own = text.data;
    written = count > 0 && document.hidden ? `(${count}) ${own}` : own;
    if (text.data !== written) text.data = written;
  };
  const observer = new MutationObserver(write);
  if (title !== null) observer.observe(title, { childList: true, characterData: true, subtree: true });
  document.addEventListener("visibilitychange", write);
  const show = (next: number): void => {
    count = next;
    write();
  };
  return {
    show,
    end() {
      show(0);
      observer.disconnect();
      document.removeEventListener("visibilitychange", write);
    },
  };
}

/**
 * Shows the count of unread answers from now on. Nothing for a host that has it, or has gone.
 * @param titleCount whether also in the title of a hidden page
 * @returns the end of it
 */
export function attend(widget: Widget, host: Host, titleCount: Placement["titleCount"]): () => void {
  if (attended.has(host) || !host.element.isConnected) return () => {};
  attended.add(host);
  const texts = textsFrom(TEXTS, widget.config.peek()?.strings ?? {});
  const showBadge = createBadge(host, (count) =>
    texts(count === 1 ? "unread_one" : "unread_many", { count }),
  );
  const title = titleCount === "off" ? null : createTitleCount();
  const stop = widget.unread.subscribe((count) => {
    showBadge(count);
    title?.show(count);
  });
  return () => {
    stop();
    title?.end();
    showBadge(0);
  };
}
