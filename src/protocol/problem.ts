// Owns the shape of an error body on the wire (RFC 9457 problem details plus our members).

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
  /** Hub clock, ISO 8601 UTC. */
  server_time?: string;
}

const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value.slice(0, 2000) : undefined;

/** Reads a foreign error body. Returns null when it is not a problem object with a code. */
export function parseProblem(
  body: unknown,
): Pick<Problem, "code" | "detail" | "hint" | "retry_after"> | null {
  if (typeof body !== "object" || body === null) return null;
  const { code, detail, title, hint, retry_after } = body as Record<string, unknown>;
  if (typeof code !== "string" || !/^[a-z_]{1,64}$/.test(code)) return null;
  const knownHint = text(hint);
  return {
    code,
    detail: text(detail) ?? text(title) ?? code,
    ...(knownHint === undefined ? {} : { hint: knownHint }),
    ...(typeof retry_after === "number" && retry_after >= 0 ? { retry_after } : {}),
  };
}
