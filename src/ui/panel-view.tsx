// Owns mounting: puts the panel into a host's shadow root with its styles, theme and event guard, and takes it out again.
import { h, render } from "preact";
import type { Widget } from "../core/handle.ts";
import { Boundary } from "./boundary.tsx";
import { Dialog } from "./dialog.tsx";
import { directionOf } from "./direction.ts";
import type { Host } from "./launcher.ts";
import { takePlace, type Place } from "./place.ts";
import type { Placement } from "./placement.ts";
import { report } from "./report.ts";
import { hasForcedColors, onPageChange, pageScheme } from "./scheme.ts";
import { textsFor } from "./strings.ts";
import composerCss from "./composer.css?inline";
import launcherCss from "./launcher-open.css?inline";
import panelCss from "./panel.css?inline";
import tokensCss from "./tokens.css?inline";
import turnsCss from "./turns.css?inline";
import { applyTheme } from "./theme.ts";
import { useValue } from "./use-value.ts";

/** What pages listen to as a whole, to take it: hotkeys, smooth scrolling, copy protection, the focus of a modal. */
const OWN_EVENTS = "keydown keyup keypress wheel touchmove copy cut paste contextmenu selectstart focusin";

/** Styles and listeners go with the host. */
function dress({ root }: Host): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(launcherCss + tokensCss + panelCss + turnsCss + composerCss);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  // What is done in the chat stays there. Bubble phase: our own handlers have run by then.
  for (const type of OWN_EVENTS.split(" "))
    root.addEventListener(type, (event) => event.stopPropagation(), { passive: true });
}

/**
 * Themes panel and launcher by the config, and follows the page or the system where the config says "auto". What a page
 * has removed with all it did not know, as frameworks do after a failed hydration, comes back.
 */
function followPage(widget: Widget, { element, button }: Host, container: HTMLElement): () => void {
  const update = () => {
    if (!element.isConnected && !element.hasAttribute("data-inline"))
      document.documentElement?.append(element);
    const branding = widget.config.value?.branding;
    if (branding === undefined) return;
    const wanted = branding.color_scheme;
    const scheme = wanted === "auto" ? pageScheme(element.parentElement ?? document.documentElement) : wanted;
    applyTheme({ container, button }, branding, scheme);
    container.dir = directionOf(branding.locale, element);
    if (branding.locale !== "") container.lang = branding.locale;
    // Without it all works as well.
    if (hasForcedColors()) import("./forced-colors.ts").then((part) => part.adapt(container)).catch(() => {});
  };
  const ends = [onPageChange(update), widget.config.subscribe(update)];
  return () => ends.forEach((end) => end());
}

function Stage({ widget, place, announce }: { widget: Widget; place: Place } & Pick<Placement, "announce">) {
  const config = useValue(widget.config);
  const mode = useValue(place.mode);
  if (config === null || mode === null) return null;
  return <Dialog widget={widget} config={config} mode={mode} announce={announce} leave={place.leave} />;
}

function Broken({ widget }: { widget: Widget }) {
  return useValue(widget.isOpen) ? <p class="panel broken">{textsFor({})("problem_view")}</p> : null;
}

/**
 * Mounts the panel of a widget; it shows when `widget.isOpen` is true. Throws nothing: what goes wrong is reported.
 * @param host host element with its open shadow root and the launcher
 * @returns a function that removes everything this call added to the page; the host goes with the caller
 */
export function mountPanel(widget: Widget, host: Host, placement: Placement = {}): () => void {
  const undo: (() => void)[] = [];
  try {
    const container = document.createElement("div");
    container.className = "foyer";
    undo.push(() => {
      render(null, container);
      container.remove();
    });
    dress(host);
    host.root.append(container);
    const place = takePlace(widget, { host, container }, placement);
    // Without it all works as well: a failure is no problem to tell.
    const addLater = (part: Promise<() => void>) => part.then((end) => undo.push(end)).catch(() => {});
    const branding = widget.config.peek()?.branding;
    if (placement.sound ? placement.sound === "on" : branding?.sound)
      void addLater(import("./sound.ts").then((part) => part.chime(widget, container)));
    if (placement.teaser ?? branding?.teaser)
      void addLater(import("./teaser.ts").then((part) => part.invite(widget, host, placement.teaser)));
    if (widget.mark("open", false))
      void addLater(import("./reopen.ts").then((part) => part.reopen(widget, container, place)));
    undo.push(
      widget.unread.subscribe((count) => {
        if (count > 0)
          void addLater(
            import("./attention.ts").then((part) => part.attend(widget, host, placement.titleCount)),
          );
      }),
      place.undo,
      followPage(widget, host, container),
    );
    render(
      <Boundary fallback={<Broken widget={widget} />}>
        <Stage widget={widget} place={place} announce={placement.announce} />
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
