// Owns the shape of an error body on the wire (RFC 9457 problem details plus our members).
import { membersOf, textUpTo } from "./read.ts";

/** `application/problem+json` as the hub writes it. `code` is stable; `detail` and `hint` are for developers. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  hint?: string;
  /** Seconds until a retry makes sense; the same number as the `Retry-After` header. */
  retry_after?: number;
  /** What is wrong with which members of the request's body. */
  errors?: Record<string, string[]>;
  /** Hub clock, ISO 8601 UTC. */
  server_time?: string;
}

const MAX_TEXT = 2000;

/** Reads a foreign error body. Returns null when it is not a problem object with a code. */
export function parseProblem(
  body: unknown,
): Pick<Problem, "code" | "detail" | "hint" | "retry_after"> | null {
  const { code, detail, title, hint, retry_after } = membersOf(body);
  if (typeof code !== "string" || !/^[a-z_]{1,64}$/.test(code)) return null;
  const known = textUpTo(hint, MAX_TEXT);
  return {
    code,
    detail: textUpTo(detail, MAX_TEXT) || textUpTo(title, MAX_TEXT) || code,
    ...(known === "" ? {} : { hint: known }),
    ...(typeof retry_after === "number" && retry_after >= 0 ? { retry_after } : {}),
  };
}
