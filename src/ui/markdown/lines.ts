// Owns how one line begins: which open quotes and list items it continues, what it opens, what kind of block follows.
// Pure; the answer for the beginning of a line is the answer for the whole line, or "more".

/** Longer lines are text, whatever they begin with: nothing longer is ever held back. */
export const MAX_LINE = 2500;
const MAX_DEPTH = 20;

/** A quote, or a list item with the indent that its further lines need. */
export type Container = { kind: "quote" } | { kind: "item"; indent: number; start: number | null };

export type Leaf =
  | { kind: "blank" }
  | { kind: "rule" }
  | { kind: "fence"; fence: string; indent: number; language: string }
  | { kind: "heading"; level: number }
  | { kind: "definition"; label: string; address: string }
  | { kind: "note"; label: string }
  | { kind: "row" }
  | { kind: "text" };

export interface Line {
  /** How many open containers go on. */
  depth: number;
  opened: Container[];
  leaf: Leaf;
  /** Of the task that a list item is, if it is one. */
  task: " " | "x" | null;
  /** What remains for the leaf. */
  rest: string;
}

/** What is open above the line. */
export interface Above {
  containers: readonly Container[];
  /** A paragraph is not interrupted by everything. */
  isText: boolean;
  isCode: boolean;
  isTable: boolean;
}

const RULE = /^ *([-*_])(?: *\1){2,} *$/;
const FENCE = /^( *)(`{3,}|~{3,}) *([^`]*)$/;
const HEADING = /^ *(#{1,6})(?: +|$)/;
const DEFINITION = /^ *\[([^\]^][^\]]*)\]: *<?([^\s>]+)>?(?: +(?:"[^"]*"|'[^']*'|\([^)]*\)))? *$/;
const NOTE = /^ *\[\^([^\]\s]{1,40})\]: */;
const MARKER = /^( *)([-+*]|(\d{1,9})[.)])(?: +|$)/;
const TASK = /^\[([ xX])\] +/;
/** Beginnings of which nothing can be said yet; each of them is settled by the line's end at the latest. */
const UNSETTLED =
  /^ *(?:[>*+\-_#`~:=| ]*|\d{1,9}(?:[.)] *)?|`{3}[^]*|~{3}[^]*|\|[^]*|\[[^\]]*(?:\](?: *|:[^]*))?)$/;

const NOTHING: Line = { depth: 0, opened: [], leaf: { kind: "text" }, task: null, rest: "" };

/** In text a tab is four spaces; only code keeps it. */
export const expandTabs = (text: string): string => text.replaceAll("\t", "    ");
const indentOf = (text: string): number => text.search(/[^ ]|$/);

/** Follows the open containers; null when the line is too short to tell. */
function follow(
  text: string,
  containers: readonly Container[],
  isWhole: boolean,
): { depth: number; rest: string } | null {
  let rest = text;
  let depth = 0;
  for (const container of containers) {
    const indent = indentOf(rest);
    const isBlank = indent === rest.length;
    if (isBlank && !isWhole) return null;
    if (container.kind === "quote") {
      const mark = /^ *> ?/.exec(rest)?.[0];
      if (mark === undefined) break;
      if (mark.length === rest.length && !isWhole) return null;
      rest = rest.slice(mark.length);
    } else if (isBlank) {
      rest = "";
    } else {
      if (indent < container.indent) break;
      rest = rest.slice(container.indent);
    }
    depth += 1;
  }
  return { depth, rest };
}

function readContainer(rest: string, mayInterrupt: boolean): { container: Container; length: number } | null {
  const quote = /^ *> ?/.exec(rest);
  if (quote !== null) return { container: { kind: "quote" }, length: quote[0].length };
  const [whole, indent = "", , number] = MARKER.exec(rest) ?? [];
  if (whole === undefined || RULE.test(rest)) return null;
  // "1." begins a list in the middle of a paragraph, a year at the end of a sentence does not; nor does a lone mark.
  if (!mayInterrupt && ((number !== undefined && number !== "1") || whole.length === rest.length))
    return null;
  const start = number === undefined ? null : Number(number);
  return { container: { kind: "item", indent: indent.length + 2, start }, length: whole.length };
}

function readLeaf(rest: string, isWhole: boolean, isText: boolean): { leaf: Leaf; rest: string } {
  const after = (leaf: Leaf, length: number) => ({ leaf, rest: rest.slice(length) });
  const [mark, hashes] = HEADING.exec(rest) ?? [];
  if (mark !== undefined && hashes !== undefined)
    return after({ kind: "heading", level: hashes.length }, mark.length);
  if (isWhole) {
    if (/^ *$/.test(rest)) return after({ kind: "blank" }, rest.length);
    if (RULE.test(rest)) return after({ kind: "rule" }, rest.length);
    const [whole, indent = "", fence, info = ""] = FENCE.exec(rest) ?? [];
    if (whole !== undefined && fence !== undefined) {
      const language = info.trim().split(" ", 1)[0] ?? "";
      return after({ kind: "fence", fence, indent: indent.length, language }, rest.length);
    }
    if (/^ *\|/.test(rest)) return after({ kind: "row" }, 0);
    const [noteMark, note] = NOTE.exec(rest) ?? [];
    if (noteMark !== undefined && note !== undefined)
      return after({ kind: "note", label: note }, noteMark.length);
    const [definition, label, address] = isText ? [] : (DEFINITION.exec(rest) ?? []);
    if (definition !== undefined && label !== undefined && address !== undefined)
      return after({ kind: "definition", label, address }, rest.length);
  }
  return after({ kind: "text" }, indentOf(rest));
}

/**
 * Reads the beginning of a line.
 * @param line without its end
 * @param isWhole nothing of the line is missing
 */
export function readLine(line: string, isWhole: boolean, above: Above): Line | "more" {
  const isLong = line.length > MAX_LINE;
  const isSettled = isWhole && !isLong;
  if (above.isCode && above.containers.length === 0) return { ...NOTHING, rest: line };
  const beyond = line.slice(MAX_LINE + 1);
  const text = line.slice(0, MAX_LINE + 1).replace(/^[ \t]+/, expandTabs);
  const followed = follow(text, above.containers, isWhole || isLong);
  if (followed === null) return "more";
  const { depth } = followed;
  let rest = followed.rest;
  const opened: Container[] = [];
  const isAll = depth === above.containers.length;
  if (isAll && above.isCode) return { ...NOTHING, depth, rest: rest + beyond };
  rest = expandTabs(rest);
  if (isAll && above.isTable && !isSettled && !isLong) return "more";
  for (;;) {
    if (!isSettled && !isLong && UNSETTLED.test(rest)) return "more";
    const mayInterrupt = !(above.isText && isAll && opened.length === 0);
    const next = depth + opened.length < MAX_DEPTH ? readContainer(rest, mayInterrupt) : null;
    if (next === null) break;
    opened.push(next.container);
    rest = rest.slice(next.length);
  }
  const [mark, done] = opened.at(-1)?.kind === "item" ? (TASK.exec(rest) ?? []) : [];
  const task = done === undefined ? null : done === " " ? " " : "x";
  rest = rest.slice(mark?.length ?? 0);
  if (task !== null) return { depth, opened, task, leaf: { kind: "text" }, rest: rest + expandTabs(beyond) };
  const read = readLeaf(rest, isSettled, above.isText && isAll && opened.length === 0);
  return { depth, opened, task, leaf: read.leaf, rest: read.rest + expandTabs(beyond) };
}
