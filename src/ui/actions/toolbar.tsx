// Owns a row of small buttons with one stop of the Tab key; arrow keys go on from there (WAI-ARIA toolbar).
import { type ComponentChildren, h } from "preact";
import { useLayoutEffect, useRef } from "../hooks.ts";
import { Glyph, type GlyphName } from "./glyph.tsx";

export function Tool(props: {
  name: GlyphName;
  label: string;
  onClick: () => void;
  isPressed?: boolean;
  isOff?: boolean;
}) {
  const { name, label, onClick, isPressed, isOff = false } = props;
  return (
    <button
      type="button"
      class="tool"
      aria-label={label}
      title={label}
      aria-pressed={isPressed}
      aria-disabled={isOff ? "true" : undefined}
      data-tool={name}
      onClick={() => !isOff && onClick()}
    >
      <Glyph name={name} />
    </button>
  );
}

/** Where a key leads from the button at `index`; null: nowhere. */
export function stepOf(key: string, index: number, count: number, isMirrored: boolean): number | null {
  const forward = isMirrored ? "ArrowLeft" : "ArrowRight";
  const back = isMirrored ? "ArrowRight" : "ArrowLeft";
  if (key === forward) return (index + 1) % count;
  if (key === back) return (index + count - 1) % count;
  return key === "Home" ? 0 : key === "End" ? count - 1 : null;
}

export function Toolbar({ label, children }: { label: string; children: ComponentChildren }) {
  const bar = useRef<HTMLDivElement>(null);
  const buttons = () => [...(bar.current?.querySelectorAll("button") ?? [])];
  const stopAt = (stop: Element | undefined) => {
    for (const button of buttons()) button.tabIndex = button === stop ? 0 : -1;
  };
  useLayoutEffect(() => {
    const all = buttons();
    stopAt(
      all.find((button) => button.matches(":focus")) ?? all.find(({ tabIndex }) => tabIndex === 0) ?? all[0],
    );
  });
  const onKeyDown = (event: KeyboardEvent) => {
    const all = buttons();
    const index = all.findIndex((button) => button === event.target);
    if (index < 0 || bar.current === null) return;
    const isMirrored = getComputedStyle(bar.current).direction === "rtl";
    const next = stepOf(event.key, index, all.length, isMirrored);
    if (next === null) return;
    event.preventDefault();
    // The keys of the log around it move from row to row.
    event.stopPropagation();
    all[next]?.focus();
  };
  return (
    <div
      class="acts-bar"
      role="toolbar"
      aria-label={label}
      ref={bar}
      onKeyDown={onKeyDown}
      onFocusIn={({ target }) => stopAt(target instanceof Element ? target : undefined)}
    >
      {children}
    </div>
  );
}
