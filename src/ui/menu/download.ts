// Owns saving the conversation as a file: what stands in it and how it reaches the visitor's disk.
import type { Widget } from "../../core/handle.ts";
import type { Row } from "../../core/rows.ts";
import { until } from "../../core/until.ts";
import type { TextsOf } from "../strings.ts";
import type { MENU_TEXTS } from "./texts.ts";

/** Pages of 50: nobody waits for more than this. */
const MAX_PAGES = 200;

export interface Transcript {
  /** What the visitor talked to. */
  name: string;
  /** Address of the page, without query and fragment: those may hold what is nobody's business. */
  page: string;
  savedAt: Date;
  /** Earlier messages could not be loaded. */
  isPartial: boolean;
  rows: readonly Row[];
}

export interface Wording {
  name: string;
  /** BCP 47 tag; "" is the browser's. */
  locale: string;
  texts: TextsOf<keyof typeof MENU_TEXTS>;
}

const wordsOf = (rows: readonly Row[]) => rows.filter((row) => row.kind !== "activity");

/** For people: one paragraph per message, with its time and author. */
export function toText(
  { page, savedAt, isPartial, rows }: Transcript,
  { name, locale, texts }: Wording,
): string {
  const format = new Intl.DateTimeFormat(locale || undefined, { dateStyle: "medium", timeStyle: "short" });
  const messages = wordsOf(rows).map(({ kind, at, text }) => {
    const author = kind === "visitor" ? texts("transcript_visitor") : name;
    return `${author}, ${format.format(at)}\n${text}\n`;
  });
  const head = `${texts("transcript_title", { name })}\n${page}, ${format.format(savedAt)}\n`;
  return [head, ...(isPartial ? [`${texts("transcript_partial")}\n`] : []), ...messages].join("\n");
}

/** For programs; times are ISO 8601 UTC. */
export function toJson({ name, page, savedAt, isPartial, rows }: Transcript): string {
  const messages = wordsOf(rows).map(({ id, kind, at, state, text }) => ({
    id,
    role: kind === "visitor" ? "user" : "assistant",
    content: text,
    created_at: new Date(at).toISOString(),
    state,
  }));
  const head = { agent: name, page, saved_at: savedAt.toISOString(), is_complete: !isPartial };
  return `${JSON.stringify({ ...head, messages }, null, 2)}\n`;
}

/** Loads what is above; false when that cannot be had. */
async function loadAll({ history, loadOlder }: Widget): Promise<boolean> {
  const ending = new AbortController();
  for (let page = 0; page < MAX_PAGES; page++) {
    const state = history.peek();
    if (state.kind !== "ready") return state.kind === "none";
    if (!state.hasOlder) return true;
    loadOlder();
    await until(history, (now) => now.kind !== "ready" || now.older !== "loading", ending.signal);
    const now = history.peek();
    if (now.kind !== "ready" || now.older === "failed") return false;
  }
  return false;
}

/** The link is never part of the page, so that no click handler of the page sees it. */
function saveFile(text: string, type: string, fileName: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName;
  link.click();
  // The browser reads it after the click; a minute is plenty.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Loads the whole conversation and saves it as a file. */
export async function saveTranscript(
  widget: Widget,
  { format, ...wording }: Wording & { format: "txt" | "json" },
): Promise<void> {
  const isPartial = !(await loadAll(widget));
  const savedAt = new Date();
  const page = location.origin + location.pathname;
  const transcript = { name: wording.name, page, savedAt, isPartial, rows: widget.rows.peek() };
  const day = savedAt.toISOString().slice(0, 10);
  if (format === "json") saveFile(toJson(transcript), "application/json", `conversation-${day}.json`);
  else saveFile(toText(transcript, wording), "text/plain", `conversation-${day}.txt`);
}
