// Owns what of a change of the conversation is news for a screen reader. Pure.
import { type AgentRow, firstChange, type Row } from "../core/rows.ts";
import { spokenText } from "./markdown/spoken.ts";
import { problemText, type Texts } from "./strings.ts";

/** The conversation as it was at the last look. */
export interface Seen {
  isBusy: boolean;
  rows: readonly Row[];
}

export interface Announcement {
  polite: string;
  assertive: string;
}

/** What is told of an answer that is new, has grown or is finished; `spoken` says how markdown sounds. */
export type Say = (row: AgentRow, spoken: (markdown: string) => string) => string;

const stateOf = (row: Row): string => (row.kind === "activity" ? "working" : row.state);
const FAILED = "failed cut";

/** What is new since the last look. A history that is loaded, or comes above, is not news; a row is news once. */
export function announce(before: Seen, rows: readonly Row[], texts: Texts, say?: Say): Announcement {
  const news: Announcement = { polite: "", assertive: "" };
  const start = firstChange(before.rows, rows);
  const states = new Map(before.rows.slice(start).map((row) => [row.id, stateOf(row)]));
  let isAtEnd = before.isBusy && (start > 0 || states.size === 0);
  for (const row of rows.slice(start)) {
    const earlier = states.get(row.id);
    if (earlier !== undefined) isAtEnd = before.isBusy;
    if (row.kind === "activity") continue;
    const isOld = earlier === row.state || (earlier === undefined && !isAtEnd);
    if (row.state === "streaming" ? !say : isOld) continue;
    if (FAILED.includes(row.state)) news.assertive = problemText(texts, row.problem);
    if (row.kind === "agent" && earlier !== "complete")
      news.polite = say?.(row, spokenText) ?? spokenText(row.text);
  }
  return news;
}
