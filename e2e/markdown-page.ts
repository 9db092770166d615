// Owns what the tests of the markdown view share: a page that holds the built view alone, and what it may contain.
import type { Page } from "playwright/test";
import { partsDir, WIDGET_DIR } from "./parts.ts";
import type { Site } from "./site.ts";

/** The built chunk, as the page gets it: without a hub. */
const streamChunk = (): string => `${partsDir().replace(WIDGET_DIR, "/widget")}/stream.js`;

export interface Findings {
  /** Nodes and attributes that no answer may have, with the text that made them. */
  sinks: string[];
  /** Texts whose nodes depend on how they were cut. */
  unequal: string[];
  /** Calls that only a script of the text could have made. */
  calls: number;
  texts: number;
}

export interface Streamed {
  /** ms for each piece, as the mean of the four of a frame: with the layout of the frame, and of that the script. */
  costs: number[];
  scripts: number[];
  longTasks: number;
  /** Frames that came more than half a frame late. */
  dropped: number;
  /** The nodes are those of the text shown at once. */
  isEqual: boolean;
}

declare global {
  interface Window {
    calls: number;
    checkTexts(texts: string[], splits: number): Promise<Findings>;
    streamText(text: string, pieces: number): Promise<Streamed>;
  }
}

/** Runs in the page: shows texts in an open shadow root, whole and cut, and looks at each node after each piece. */
function install(chunk: string): void {
  const ALLOWED: Record<string, RegExp> = {
    href: /^(https:\/\/|mailto:)/,
    src: /^https:\/\/img\.example\/[^?#]*$/,
    target: /^_blank$/,
    rel: /^noopener noreferrer nofollow ugc$/,
    start: /^\d+$/,
    class: /^[a-z ]*$/,
    dir: /^(ltr|auto)$/,
    "data-region": /^(Code|Table)$/,
    title: /^/,
    alt: /^/,
    loading: /^lazy$/,
    referrerpolicy: /^no-referrer$/,
    // Of the tools and of what can be scrolled.
    type: /^button$/,
    tabindex: /^0$/,
    role: /^region$/,
    "aria-label": /^/,
    "aria-pressed": /^(true|false)$/,
    "aria-hidden": /^true$/,
    viewBox: /^/,
    d: /^[\w\s.-]*$/,
  };
  const TAGS = new Set(
    "a blockquote br button code div em h3 h4 hr img li ol p path pre s span strong sup svg table tbody td th thead tr ul".split(
      " ",
    ),
  );
  window.calls = 0;
  const count = () => void (window.calls += 1);
  Object.assign(window, { alert: count, confirm: count, prompt: count, print: count });
  addEventListener("securitypolicyviolation", count);

  window.checkTexts = async (texts, splits) => {
    const { MarkdownStream } = await import(chunk);
    const host = document.body.appendChild(document.createElement("div"));
    const shadow = host.attachShadow({ mode: "open" });
    const found = { sinks: [] as string[], unequal: [] as string[], calls: 0, texts: texts.length };
    const look = (root: Element, text: string) => {
      for (const node of root.querySelectorAll("*")) {
        if (!TAGS.has(node.localName)) found.sinks.push(`<${node.localName}> of ${text}`);
        for (const { name, value } of node.attributes)
          if (!ALLOWED[name]?.test(value)) found.sinks.push(`${name}=${value} of ${text}`);
      }
    };
    const show = (text: string, pieces: number[]): string => {
      const root = shadow.appendChild(document.createElement("div"));
      const fail = (error: unknown) => void found.sinks.push(`${String(error)} of ${text}`);
      const stream = new MarkdownStream(root, {
        wording: (name: string) => ({ code_label: "Code", table_label: "Table" })[name] ?? name,
        imageHosts: ["img.example"],
        onBug: fail,
      });
      for (const end of pieces) {
        stream.update(text.slice(0, end));
        if (root.childElementCount < 50) look(root, text);
      }
      stream.finish(text);
      look(root, text);
      const nodes = root.innerHTML;
      root.remove();
      return nodes;
    };
    let seed = 7;
    const below = (limit: number) => (seed = (seed * 48_271) % 2_147_483_647) % limit;
    for (const text of texts) {
      const whole = show(text, []);
      const cuts = [Array.from({ length: Math.min(text.length, 400) }, (_, index) => index + 1)];
      for (let split = 0; split < splits; split++) cuts.push([below(text.length + 1)]);
      if (cuts.some((cut) => show(text, cut) !== whole)) found.unequal.push(text);
    }
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    host.remove();
    found.calls = window.calls;
    return found;
  };
}

/** Runs in the page: shows a text piece by piece, four pieces to a frame, in a column as wide as the panel's. */
function installStream(chunk: string): void {
  window.streamText = async (text, pieces) => {
    const { MarkdownStream } = await import(chunk);
    const host = document.body.appendChild(document.createElement("div"));
    const shadow = host.attachShadow({ mode: "open" });
    const seen = { costs: [] as number[], scripts: [] as number[], longTasks: 0, dropped: 0, isEqual: false };
    const observer = new PerformanceObserver((list) => void (seen.longTasks += list.getEntries().length));
    observer.observe({ type: "longtask" });
    const make = () => {
      const root = shadow.appendChild(document.createElement("div"));
      root.className = "md";
      root.style.cssText = "width: 330px; font: 15px/22px system-ui";
      return {
        root,
        stream: new MarkdownStream(root, { wording: (name: string) => name, onBug: console.error }),
      };
    };
    const { root, stream } = make();
    const nextFrame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
    const size = text.length / pieces;
    let frame = await nextFrame();
    performance.mark("begin");
    for (let piece = 4; piece <= pieces; piece += 4) {
      const startedAt = performance.now();
      for (let at = piece - 3; at <= piece; at++) stream.update(text.slice(0, Math.round(at * size)));
      const writtenAt = performance.now();
      void root.offsetHeight;
      seen.costs.push((performance.now() - startedAt) / 4);
      seen.scripts.push((writtenAt - startedAt) / 4);
      const before = frame;
      frame = await nextFrame();
      if (frame - before > 25) seen.dropped += 1;
    }
    stream.finish(text);
    // Colours and tools arrive on their own.
    await nextFrame();
    await nextFrame();
    performance.mark("end");
    observer.disconnect();
    // What follows is a task of its own.
    await nextFrame();
    const whole = make();
    whole.stream.finish(text);
    await nextFrame();
    await nextFrame();
    seen.isEqual = whole.root.innerHTML === root.innerHTML;
    host.remove();
    return seen;
  };
}

/** Goes to a page on which any script could run and any address be fetched, and where nothing else does. */
export async function visitMarkdown(page: Page, site: Site): Promise<void> {
  await page.route("**/widget/*/*.js", (route) =>
    route.fulfill({ path: `dist${new URL(route.request().url()).pathname}`, contentType: "text/javascript" }),
  );
  await page.goto(site.origin + site.publish({}));
  await page.evaluate(install, streamChunk());
  await page.evaluate(installStream, streamChunk());
}
