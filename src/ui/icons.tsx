// Owns the drawings: every icon is one path on a 24 px grid. Decoration only, hidden from assistive technology.

const FILLED = {
  spark:
    "M12 2.5c.6 4.9 2.6 6.9 7.5 7.5-4.9.6-6.9 2.6-7.5 7.5-.6-4.9-2.6-6.9-7.5-7.5 4.9-.6 6.9-2.6 7.5-7.5Zm6.5 12c.26 2.1 1.15 3 3.25 3.25-2.1.26-3 1.15-3.25 3.25-.26-2.1-1.15-3-3.25-3.25 2.1-.26 3-1.15 3.25-3.25Z",
  stop: "M9 6.5h6A2.5 2.5 0 0 1 17.5 9v6a2.5 2.5 0 0 1-2.5 2.5H9A2.5 2.5 0 0 1 6.5 15V9A2.5 2.5 0 0 1 9 6.5Z",
} as const;

const OUTLINED = {
  more: "M5.5 12h0M12 12h0M18.5 12h0",
  chevron: "M6.5 9.5 12 15l5.5-5.5",
  send: "M12 19V5.5M6 11l6-6 6 6",
  down: "M12 5v13.5M6 13l6 6 6-6",
  next: "m9.5 6 6 6-6 6",
  warning:
    "M12 9v4.5M12 17h0M10.3 4.3 2.9 17.2a2 2 0 0 0 1.7 3h14.8a2 2 0 0 0 1.7-3L13.7 4.3a2 2 0 0 0-3.4 0Z",
  offline:
    "m3 3 18 18M5 13a10 10 0 0 1 4-2.5M19 13a10 10 0 0 0-6-3M8.5 16.5a5 5 0 0 1 5-1.5M12 20h0M2 9a15 15 0 0 1 4-2.5M22 9a15 15 0 0 0-11-4",
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
