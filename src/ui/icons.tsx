// Owns the drawings: every icon is one path on a 24 px grid. Decoration only, hidden from assistive technology.
import { h } from "preact";

const FILLED = {
  spark:
    "M12 2.5q1 6.5 7.5 7.5-6.5 1-7.5 7.5-1-6.5-7.5-7.5 6.5-1 7.5-7.5Zm6.5 12q.4 2.9 3.3 3.3-2.9.4-3.3 3.2-.4-2.8-3.2-3.2 2.8-.4 3.2-3.3Z",
  stop: "M9 6.5h6q2.5 0 2.5 2.5v6q0 2.5-2.5 2.5H9q-2.5 0-2.5-2.5V9q0-2.5 2.5-2.5Z",
} as const;

const OUTLINED = {
  more: "M5.5 12h0M12 12h0M18.5 12h0",
  chevron: "M6.5 9.5 12 15l5.5-5.5",
  send: "M12 19V5.5M6 11l6-6 6 6",
  down: "M12 5v13.5M6 13l6 6 6-6",
  next: "m9.5 6 6 6-6 6",
  warning: "M12 9v4.5M12 17h0M10.3 4.3 2.9 17.2q-1 2.6 1.7 3h14.8q2.7-.4 1.7-3L13.7 4.3q-1.7-2-3.4 0Z",
  offline:
    "m3 3 18 18M5 13q2-1.8 4-2.5M19 13q-2.8-2.6-6-3M8.5 16.5q2.4-1.8 5-1.5M12 20h0M2 9q2-1.7 4-2.5M22 9q-4.8-4.2-11-4",
} as const;

const SHAPES = { ...FILLED, ...OUTLINED };

export const Icon = ({ name }: { name: keyof typeof SHAPES }) => (
  <Drawing path={SHAPES[name]} isFilled={name in FILLED} />
);

/** An icon that a part of its own brings along. */
export function Drawing({ path, isFilled = false }: { path: string; isFilled?: boolean }) {
  return (
    <svg viewBox="0 0 24 24" class={isFilled ? "icon filled" : "icon"} aria-hidden="true">
      <path d={path} />
    </svg>
  );
}
