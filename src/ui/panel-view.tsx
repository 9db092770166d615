// Owns mounting: puts the panel into a host's shadow root with its styles, theme and key guard, and takes it out again.
import { render } from "preact";
import type { Widget } from "../core/handle.ts";
import { Boundary } from "./boundary.tsx";
import { Dialog } from "./dialog.tsx";
import { directionOf } from "./direction.ts";
import type { Launcher } from "./launcher.ts";
import { report } from "./report.ts";
import { textsFor } from "./strings.ts";
import composerCss from "./composer.css?inline";
import panelCss from "./panel.css?inline";
import tokensCss from "./tokens.css?inline";
import turnsCss from "./turns.css?inline";
import { applyTheme } from "./theme.ts";
import { useValue } from "./use-value.ts";

export interface PanelParts {
  host: HTMLElement;
  root: ShadowRoot;
  launcher: Launcher;
}

const KEY_EVENTS = ["keydown", "keyup", "keypress"] as const;
const DARK_QUERY = "(prefers-color-scheme: dark)";

function adoptStyles(root: ShadowRoot): () => void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(tokensCss + panelCss + turnsCss + composerCss);
  const before = root.adoptedStyleSheets;
  root.adoptedStyleSheets = [...before, sheet];
  return () => {
    root.adoptedStyleSheets = before;
  };
}

/** Typing in the chat must not fire the hotkeys of the page. Bubble phase: our own handlers have run by then. */
function keepKeys(host: HTMLElement): () => void {
  const stop = (event: Event) => event.stopPropagation();
  for (const type of KEY_EVENTS) host.addEventListener(type, stop);
  return () => {
    for (const type of KEY_EVENTS) host.removeEventListener(type, stop);
  };
}

/** Themes the container by the config, and follows the page's colour scheme where the config says "auto". */
function followTheme(widget: Widget, container: HTMLElement, host: HTMLElement): () => void {
  const media = matchMedia(DARK_QUERY);
  const update = () => {
    const branding = widget.config.value?.branding;
    if (branding === undefined) return;
    const wanted = branding.color_scheme;
    applyTheme(container, branding, wanted === "auto" ? (media.matches ? "dark" : "light") : wanted);
    container.dir = directionOf(branding.locale, host);
    if (branding.locale !== "") container.lang = branding.locale;
  };
  media.addEventListener("change", update);
  const stop = widget.config.subscribe(update);
  return () => {
    stop();
    media.removeEventListener("change", update);
  };
}

function Stage({ widget, leave }: { widget: Widget; leave: () => void }) {
  const config = useValue(widget.config);
  return config === null ? null : <Dialog widget={widget} config={config} leave={leave} />;
}

function Broken({ widget }: { widget: Widget }) {
  return useValue(widget.isOpen) ? <p class="panel broken">{textsFor({})("problem_view")}</p> : null;
}

/**
 * Mounts the panel of a widget; it shows when `widget.isOpen` is true. Throws nothing: what goes wrong is reported.
 * @param parts host element, its open shadow root, and the launcher that gets the focus back
 * @returns a function that removes everything this call added
 */
export function mountPanel(widget: Widget, { host, root, launcher }: PanelParts): () => void {
  const undo: (() => void)[] = [];
  try {
    const container = document.createElement("div");
    container.className = "foyer";
    undo.push(
      () => {
        render(null, container);
        container.remove();
      },
      widget.isOpen.subscribe((isOpen) => launcher.setOpen(isOpen)),
      followTheme(widget, container, host),
      keepKeys(host),
      adoptStyles(root),
    );
    root.append(container);
    render(
      <Boundary fallback={<Broken widget={widget} />}>
        <Stage widget={widget} leave={() => launcher.button.focus({ preventScroll: true })} />
      </Boundary>,
      container,
    );
  } catch (error) {
    report("panel", error);
  }
  return () => {
    for (const step of undo.splice(0)) step();
  };
}
