// Owns the open panel: its frame, its keys, where the focus goes, and how it comes and goes.
import { h, type RefObject } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "./hooks.ts";
import type { Widget } from "../core/handle.ts";
import type { PanelMode, WidgetConfig } from "../protocol/config.ts";
import { Announcer } from "./announcer.tsx";
import { Banner } from "./banner.tsx";
import { Composer } from "./composer.tsx";
import { Header } from "./header.tsx";
import { type Announced, layoutOf } from "./placement.ts";
import { createRowFocus } from "./row-focus.ts";
import { SMALL_QUERY, useMedia, useSheet } from "./sheet.ts";
import { textsFor } from "./strings.ts";
import { Transcript } from "./transcript.tsx";
import { useValue } from "./use-value.ts";
import { ViewProvider, type View } from "./view.ts";

const TITLE_ID = "foyer-title";
/** A panel that is the page, or a part of it, is no dialog. */
const ROLES: Partial<Record<PanelMode | "inline", "main" | "region">> = { full: "main", inline: "region" };
const NO_KEYBOARD_POPUP = "(pointer: coarse)";

const hasFocus = (dialog: HTMLElement): boolean =>
  dialog.contains((dialog.getRootNode() as ShadowRoot).activeElement);

async function animationsEnd(element: HTMLElement): Promise<void> {
  const animations = "getAnimations" in element ? element.getAnimations() : [];
  await Promise.allSettled(animations.map((animation) => animation.finished));
}

/** Keeps the dialog in the tree until its closing animation has ended, and moves the focus in and back. */
function usePresence(
  dialog: RefObject<HTMLElement | null>,
  isOpen: boolean,
  focus: { enter(): void; leave(): void },
) {
  const [isPresent, setPresent] = useState(isOpen);
  useLayoutEffect(() => {
    const element = dialog.current;
    if (isOpen) {
      setPresent(true);
      // In the next frame: focusing lays the page out, and the click's own task stays short.
      const frame = requestAnimationFrame(focus.enter);
      return () => cancelAnimationFrame(frame);
    }
    if (element === null) return undefined;
    if (hasFocus(element)) focus.leave();
    let isStale = false;
    void animationsEnd(element).then(() => {
      if (!isStale) setPresent(false);
    });
    return () => {
      isStale = true;
    };
    // Only opening and closing move the focus; `focus` reads its elements when it is called.
  }, [isOpen]);
  return isOpen || isPresent;
}

function useViewOf(widget: Widget, config: WidgetConfig, focusEntry: () => void): View {
  return useMemo(() => {
    const name = config.branding.title || config.agent.name;
    return { widget, config, name, texts: textsFor(config.strings), rowFocus: createRowFocus(), focusEntry };
  }, [widget, config]);
}

/** Without the handle the panel works as well: a failure is no problem to tell. */
async function addResizeHandle(
  dialog: RefObject<HTMLElement | null>,
  { strings }: WidgetConfig,
): Promise<void> {
  const part = await import("./resize.ts").catch(() => null);
  if (dialog.current !== null) part?.addHandle(dialog.current, strings);
}

/**
 * A panel that stays is marked while its page is out of sight: also on the way to another page of this tab. The mark
 * goes with the visitor, who may leave in another tab.
 */
function useMark(widget: Widget, isStaying: boolean): void {
  useLayoutEffect(() => {
    const mark = () => widget.mark("open", isStaying && document.hidden);
    document.addEventListener("visibilitychange", mark);
    const end = widget.session.subscribe(mark);
    return () => {
      end();
      document.removeEventListener("visibilitychange", mark);
      widget.mark("open", false);
    };
  }, [widget, isStaying]);
}

interface DialogProps {
  widget: Widget;
  config: WidgetConfig;
  mode: PanelMode | "inline";
  announce: Announced | undefined;
  /** Puts the focus back to where the dialog was opened from. */
  leave(): void;
}

/** The chat dialog; renders nothing while closed. */
export function Dialog({ widget, config, mode, announce, leave }: DialogProps) {
  const dialog = useRef<HTMLElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const isOpen = useValue(widget.isOpen);
  const focusEntry = () => {
    const target = matchMedia(NO_KEYBOARD_POPUP).matches ? dialog.current : field.current;
    target?.focus({ preventScroll: true });
  };
  // A page that holds the panel keeps its focus; over the page, opening moves it.
  const enter = mode === "inline" ? () => {} : focusEntry;
  const view = useViewOf(widget, config, focusEntry);
  const isPresent = usePresence(dialog, isOpen, { enter, leave });
  const layout = layoutOf(mode, useMedia(SMALL_QUERY));
  const isSheet = layout === "sheet";
  useSheet(dialog, isSheet, isOpen);
  const canResize = layout === "floating" || layout === "side";
  useMark(widget, isOpen && canResize);
  const addTools = () => void (canResize && addResizeHandle(dialog, config));
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Tab") addTools();
    if (event.key !== "Escape" || event.isComposing || mode === "inline") return;
    event.preventDefault();
    widget.close();
  };
  if (!isPresent) return null;
  return (
    <ViewProvider value={view}>
      <section
        ref={dialog}
        class={isOpen ? "panel" : "panel closing"}
        part="panel"
        role={ROLES[mode] ?? "dialog"}
        aria-labelledby={TITLE_ID}
        aria-modal={isSheet && mode !== "full" ? "true" : undefined}
        inert={!isOpen}
        tabIndex={-1}
        data-layout={layout}
        data-corner={config.branding.launcher_position}
        onKeyDown={onKeyDown}
        onPointerEnter={addTools}
      >
        <Header titleId={TITLE_ID} isClosable={mode !== "inline"} />
        <Banner />
        <Transcript />
        <Composer field={field} />
        <Announcer wanted={announce} />
      </section>
    </ViewProvider>
  );
}
