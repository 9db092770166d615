// Owns the drawings of the actions; they come with their part.
import { h } from "preact";
const SHAPES = {
  copy: "M11 8.5h6a2.5 2.5 0 0 1 2.5 2.5v6a2.5 2.5 0 0 1-2.5 2.5h-6A2.5 2.5 0 0 1 8.5 17v-6A2.5 2.5 0 0 1 11 8.5ZM15.5 5.5A2 2 0 0 0 13.5 3.5H6A2.5 2.5 0 0 0 3.5 6v7.5a2 2 0 0 0 2 2",
  done: "m5 12.5 4.5 4.5L19 7.5",
  good: "M7.5 11v9.5H5A1.5 1.5 0 0 1 3.5 19v-6.5A1.5 1.5 0 0 1 5 11h2.5l4-7.5a2 2 0 0 1 2 2V9h5a2 2 0 0 1 2 2.3l-1.1 7.2a2 2 0 0 1-2 2H7.5",
  again: "M19.5 12a7.5 7.5 0 1 1-2.3-5.4L19.5 9M19.5 4v5h-5",
  edit: "m4.5 19.5 1-4L16 5a2 2 0 0 1 3 3L8.5 18.5l-4 1Z",
  previous: "m14.5 6-6 6 6 6",
  next: "m9.5 6 6 6-6 6",
} as const;

export type GlyphName = keyof typeof SHAPES | "bad";

export function Glyph({ name }: { name: GlyphName }) {
  return (
    <svg viewBox="0 0 24 24" class={`icon ${name}`} aria-hidden="true">
      <path d={SHAPES[name === "bad" ? "good" : name]} />
    </svg>
  );
}
