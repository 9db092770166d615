// Owns the sentences of the markdown view; they come with it.
import { textsFrom, type TextsOf } from "../strings.ts";

const MARKDOWN_TEXTS = Object.freeze({
  copy: "Copy code",
  copied: "Copied",
  copy_by_hand: "Selected: press Ctrl+C or ⌘C",
  wrap: "Wrap long lines",
  sources: "Sources",
  code_label: "Code",
  table_label: "Table",
});

export type MarkdownTexts = TextsOf<keyof typeof MARKDOWN_TEXTS>;

/** @param overrides texts of the site owner by name */
export const markdownTexts = (overrides: Readonly<Record<string, string>>): MarkdownTexts =>
  textsFrom(MARKDOWN_TEXTS, overrides);
