// Owns the way from a failure to an answer: one error type, one function that writes it. Knows no endpoint.
import { WIRE_ERRORS } from "../protocol/errors.ts";
import type { WireErrorCode } from "../protocol/errors.ts";
import { PUBLISHABLE_KEYS_PATH } from "../protocol/paths.ts";
import type { Problem } from "../protocol/problem.ts";

export interface HubErrorOptions {
  /** For developers: what was seen. Never a token or key. Default: the documented sentence. */
  detail?: string;
  /** The whole text/plain answer. Default: the documented sentence. */
  text?: string;
  /** For developers: what to change. */
  hint?: string;
  /** Seconds until a retry makes sense. */
  retryAfterS?: number;
  /** The methods that the path has, for `Allow`. */
  allow?: readonly string[];
  /** What is wrong with which members of the body. */
  fields?: Record<string, string[]>;
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

/** `problem-and-members` is a problem that holds the documented members of its dialect too. */
type ErrorForm = "problem" | "problem-and-members" | "members" | "text";

/** Whoever names problem details gets them everywhere; else each dialect has its documented form. */
function formFor(request: Request): ErrorForm {
  const accept = request.headers.get("Accept") ?? "";
  const wantsProblem = /application\/problem\+json\s*(?:[,;]|$)/i.test(accept);
  const { pathname } = new URL(request.url);
  if (pathname === PUBLISHABLE_KEYS_PATH || pathname.startsWith(`${PUBLISHABLE_KEYS_PATH}/`))
    return wantsProblem ? "problem-and-members" : "members";
  return wantsProblem || /application\/json\s*(?:[,;]|$)/i.test(accept) ? "problem" : "text";
}

function problemOf({ code, options }: HubError, nowMs: number): Problem {
  const [status, sentence] = WIRE_ERRORS[code];
  const { detail, hint, retryAfterS, fields } = options;
  return {
    type: `urn:foyer:problem:${code}`,
    title: sentence,
    status,
    detail: detail ?? sentence,
    code,
    ...(hint === undefined ? {} : { hint }),
    ...(retryAfterS === undefined ? {} : { retry_after: retryAfterS }),
    ...(fields === undefined ? {} : { errors: fields }),
    server_time: new Date(nowMs).toISOString(),
  };
}

function textOf({ code, options: { text, detail } }: HubError): string {
  const [, sentence] = WIRE_ERRORS[code];
  return text ?? (detail !== undefined && DETAIL_IN_TEXT.has(code) ? `${sentence}: ${detail}` : sentence);
}

function bodyFor(form: ErrorForm, error: HubError, nowMs: number): [contentType: string, body: string] {
  const problem = problemOf(error, nowMs);
  const members = error.options.fields ?? { detail: problem.detail };
  switch (form) {
    case "text":
      return ["text/plain", textOf(error)];
    case "members":
      return ["application/json", JSON.stringify(members)];
    case "problem":
      return ["application/problem+json", JSON.stringify(problem)];
    case "problem-and-members":
      return ["application/problem+json", JSON.stringify({ ...members, ...problem })];
  }
}

/**
 * Writes a failure: RFC 9457 when `Accept` names application/problem+json or application/json, else the documented
 * sentence as text/plain. Under `/v1/publishable-key` it is `{"detail": "..."}` or `{"<member>": ["..."]}` unless
 * problem details are asked for. A failure that is not a HubError becomes `internal_error` and tells nothing of itself.
 */
export function errorResponse(failure: unknown, request: Request, nowMs: number): Response {
  const error = failure instanceof HubError ? failure : new HubError("internal_error");
  const [status] = WIRE_ERRORS[error.code];
  const { retryAfterS, allow } = error.options;
  const [contentType, body] = bodyFor(formFor(request), error, nowMs);
  const headers = new Headers({
    "Cache-Control": "no-store",
    "Content-Type": `${contentType}; charset=utf-8`,
  });
  if (status === 401) headers.set("WWW-Authenticate", "Bearer");
  if (retryAfterS !== undefined) headers.set("Retry-After", String(retryAfterS));
  if (allow !== undefined) headers.set("Allow", allow.join(", "));
  return new Response(body, { status, headers });
}
