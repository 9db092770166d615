// Owns what a screen reader is told unasked: each finished answer once, each new failure at once. Never single tokens.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Row } from "../core/rows.ts";
import { spokenText } from "./markdown/spoken.ts";
import { problemText, type Texts } from "./strings.ts";
import { useValue } from "./use-value.ts";
import { useView } from "./view.ts";

/** The conversation as it was at the last look. */
export interface Seen {
  isBusy: boolean;
  /** Row id -> state. */
  states: ReadonlyMap<string, string>;
}

export interface Announcement {
  polite: string;
  assertive: string;
}

const stateOf = (row: Row): string => (row.kind === "activity" ? "working" : row.state);
const FAILED = new Set(["failed", "cut"]);

export function see(rows: readonly Row[], isBusy: boolean): Seen {
  return { isBusy, states: new Map(rows.map((row) => [row.id, stateOf(row)])) };
}

/** What is new since the last look. Rows of a loaded history are not news; a row is news once. */
export function announce(before: Seen, rows: readonly Row[], texts: Texts): Announcement {
  const news: Announcement = { polite: "", assertive: "" };
  for (const row of rows) {
    if (row.kind === "activity" || row.state === "streaming") continue;
    const earlier = before.states.get(row.id);
    if (earlier === row.state || (earlier === undefined && !before.isBusy)) continue;
    if (FAILED.has(row.state)) news.assertive = problemText(texts, row.problem);
    if (row.kind === "agent" && earlier !== "complete") news.polite = spokenText(row.text);
  }
  return news;
}

export function Announcer() {
  const { widget, texts } = useView();
  const rows = useValue(widget.rows);
  const isBusy = useValue(widget.turn).kind !== "idle";
  const [said, setSaid] = useState<Announcement>({ polite: "", assertive: "" });
  const seen = useRef<Seen | null>(null);
  useLayoutEffect(() => {
    const before = seen.current;
    seen.current = see(rows, isBusy);
    if (before === null) return;
    const news = announce(before, rows, texts);
    // A new turn empties the nodes, so that the same sentence is announced again.
    const isNewTurn = isBusy && !before.isBusy;
    if (isNewTurn || news.polite !== "" || news.assertive !== "") setSaid(news);
  }, [rows, isBusy, texts]);
  return (
    <>
      <p class="hidden" role="status">
        {said.polite}
      </p>
      <p class="hidden" role="alert">
        {said.assertive}
      </p>
    </>
  );
}
