// Owns what a message carries beside its text: sources and follow-up suggestions, in CUSTOM events and in the history,
// and its branch.
// Foreign entries that cannot be shown are left out, never an error.
import { isText, listOf, membersOf, textUpTo } from "./read.ts";

/** Names of our CUSTOM events. */
export const SOURCES_EVENT = "foyer.sources";
export const SUGGESTIONS_EVENT = "foyer.suggestions";

/** What an answer refers to; the text names it as `[1]`, its place in the list. */
export interface Source {
  id: string;
  title: string;
  /** https. */
  url: string;
}

export const MAX_SOURCES = 20;
export const MAX_SUGGESTIONS = 4;
export const SUGGESTION_MAX_LENGTH = 120;

function readSource(value: unknown): Source | null {
  const raw = membersOf(value);
  const { id, url } = raw;
  if (!isText(id, 64) || !isText(url, 2000) || !URL.canParse(url)) return null;
  const { protocol, username, password, href, host } = new URL(url);
  if (protocol !== "https:" || username + password !== "") return null;
  return { id, title: textUpTo(raw["title"], 200) || host, url: href };
}

/** Reads a list of sources: at most 20, without those whose address is not https. */
export const readSources = (value: unknown): Source[] =>
  listOf(value)
    .map(readSource)
    .filter((source) => source !== null)
    .slice(0, MAX_SOURCES);

/** Reads a list of suggestions: at most 4 different ones of 1 to 120 characters. */
export const readSuggestions = (value: unknown): string[] =>
  [...new Set(listOf(value).filter((text) => isText(text, SUGGESTION_MAX_LENGTH)))].slice(0, MAX_SUGGESTIONS);

/** A message that has others in its place: it was edited, or answered again. */
export interface MessageBranch {
  /** Which of them it is, from 0. */
  index: number;
  count: number;
  /** All of them, oldest first; `?leaf=<id>` reads the branch of another one. */
  ids: string[];
}

function readBranch(value: unknown): MessageBranch | null {
  const { index, ids: raw } = membersOf(value);
  const ids = listOf(raw).filter((id) => isText(id, 128));
  const isPlace = typeof index === "number" && index in ids;
  return isPlace && ids.length > 1 ? { index, count: ids.length, ids } : null;
}

/** What a foreign stored message carries, without members for what it does not. */
export function readExtras(message: unknown): {
  branch?: MessageBranch;
  sources?: Source[];
  suggestions?: string[];
} {
  const raw = membersOf(message);
  const branch = readBranch(raw["branch"]);
  const sources = readSources(raw["sources"]);
  const suggestions = readSuggestions(raw["suggestions"]);
  return {
    ...(branch && { branch }),
    ...(sources[0] && { sources }),
    ...(suggestions[0] && { suggestions }),
  };
}
