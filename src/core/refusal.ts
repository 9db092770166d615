// Owns what a refusal of the hub says. Loaded with the first one: most visitors meet none.
import { parseProblem } from "../protocol/problem.ts";
import type { FoyerProblem } from "./problem.ts";

/** Keys and JWTs that an answer echoes must not reach a log. */
const redact = (text: string): string => text.replace(/\b[ps]k_\w+|\beyJ[\w.-]+/g, "[redacted]");

/** `Retry-After`: seconds or an HTTP date; anything negative or unreadable is undefined. */
function readRetryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  const isDate = header.endsWith("GMT");
  const delayMs = isDate ? Date.parse(header) - nowMs : Number(header || NaN) * 1000;
  return delayMs >= 0 ? delayMs : undefined;
}

/**
 * @param unread what is known without the body: the answer where this is no problem body
 * @param retryAfter the header of this name
 */
export function readProblem(
  unread: FoyerProblem,
  body: unknown,
  retryAfter: string | null,
  nowMs: number,
): FoyerProblem {
  const wire = parseProblem(body);
  if (wire === null) return unread;
  const { retry_after: waitS } = wire;
  const retryAfterMs = waitS === undefined ? readRetryAfterMs(retryAfter, nowMs) : waitS * 1000;
  return {
    ...unread,
    code: wire.code,
    detail: redact(wire.detail),
    ...(wire.hint === undefined ? {} : { hint: redact(wire.hint) }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}
