// Owns the text of an AG-UI message: a string, or a list of parts.
import { membersOf } from "./read.ts";

/** The text, or the text parts joined. Null when it is neither. */
export function textOfContent(content: unknown): string | null {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return null;
  const parts = content.map((part: unknown) => {
    const { type, text } = membersOf(part);
    return type === "text" ? text : "";
  });
  return parts.every((part) => typeof part === "string") ? parts.join("") : null;
}
