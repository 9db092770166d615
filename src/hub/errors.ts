// Owns the way from a failure to an answer: one error type, one function that writes it. Knows no endpoint.
import { WIRE_ERRORS } from "../protocol/errors.ts";
import type { WireErrorCode } from "../protocol/errors.ts";
import type { Problem } from "../protocol/problem.ts";

export interface HubErrorOptions {
  /** For developers: what was seen. Never a token or key. Default: the documented sentence. */
  detail?: string;
  /** For developers: what to change. */
  hint?: string;
  /** Seconds until a retry makes sense. */
  retryAfterS?: number;
}

/** An expected failure of a request. Everything else that is thrown is a bug and answers 500. */
export class HubError extends Error {
  readonly code: WireErrorCode;
  readonly options: HubErrorOptions;
  constructor(code: WireErrorCode, options: HubErrorOptions = {}) {
    super(code);
    this.name = "HubError";
    this.code = code;
    this.options = options;
  }
}

/** Codes whose plain text is useless without the detail: they name one bad value of many. */
const DETAIL_IN_TEXT: ReadonlySet<WireErrorCode> = new Set(["invalid_allowlist", "invalid_request"]);

const wantsJson = (accept: string | null): boolean =>
  accept !== null && /application\/(problem\+)?json\s*(?:[,;]|$)/i.test(accept);

/**
 * Writes a failure: RFC 9457 when `Accept` names application/problem+json or application/json, else the documented
 * sentence as text/plain. A failure that is not a HubError becomes `internal_error` and tells nothing of itself.
 */
export function errorResponse(failure: unknown, request: Request, nowMs: number): Response {
  const error = failure instanceof HubError ? failure : new HubError("internal_error");
  const [status, sentence] = WIRE_ERRORS[error.code];
  const { detail, hint, retryAfterS } = error.options;
  const headers = new Headers({ "Cache-Control": "no-store" });
  if (status === 401) headers.set("WWW-Authenticate", "Bearer");
  if (retryAfterS !== undefined) headers.set("Retry-After", String(retryAfterS));
  if (!wantsJson(request.headers.get("Accept"))) {
    headers.set("Content-Type", "text/plain; charset=utf-8");
    const text = detail !== undefined && DETAIL_IN_TEXT.has(error.code) ? `${sentence}: ${detail}` : sentence;
    return new Response(text, { status, headers });
  }
  const problem: Problem = {
    type: `urn:foyer:problem:${error.code}`,
    title: sentence,
    status,
    detail: detail ?? sentence,
    code: error.code,
    ...(hint === undefined ? {} : { hint }),
    ...(retryAfterS === undefined ? {} : { retry_after: retryAfterS }),
    server_time: new Date(nowMs).toISOString(),
  };
  headers.set("Content-Type", "application/problem+json; charset=utf-8");
  return new Response(JSON.stringify(problem), { status, headers });
}
