// Owns the place of a row's actions in the tree.
import { h } from "preact";
import type { AgentRow, VisitorRow } from "../core/rows.ts";
import { useValue } from "./use-value.ts";
import { useView } from "./view.ts";

export function RowActions({ row, isLast }: { row: AgentRow | VisitorRow; isLast: boolean }) {
  const { part, hovered, focused, open } = useValue(useView().rowFocus.state);
  const isOpen = open === row.id;
  const isDone = row.kind === "agent" ? row.state !== "streaming" && row.text !== "" : row.state === "sent";
  const isLooked = hovered === row.id || focused === row.id || (isLast && row.kind === "agent");
  return part !== null && (isOpen || (isDone && isLooked)) ? (
    <part.Actions row={row} isLast={isLast} isOpen={isOpen} />
  ) : null;
}
