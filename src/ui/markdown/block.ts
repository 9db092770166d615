// Owns what the block is that is still written, and what it stands in.
import type { CodeText } from "./code-text.ts";
import type { Inline } from "./inline.ts";
import type { Container } from "./lines.ts";
import type { Table } from "./table.ts";

export interface TextBlock {
  kind: "text" | "heading";
  node: HTMLElement;
  inline: Inline;
  /** Its only line so far, which the next may turn into the head of a table; null if that is out of the question. */
  line: string | null;
  /** Spaces and hashes at the end of a heading, which may be its closing mark. */
  held: string;
}
export type Block = TextBlock | { kind: "code"; code: CodeText } | { kind: "table"; table: Table };

export interface Open {
  container: Container;
  node: HTMLElement;
}
