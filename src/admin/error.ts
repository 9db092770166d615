// Owns the one error type of the admin client and the way from a refusal on the wire to it. Never holds a key.
import type { WireErrorCode } from "../protocol/errors.ts";
import { parseProblem } from "../protocol/problem.ts";
import { isText, listOf, membersOf } from "../protocol/read.ts";

/** Failures that the client itself finds, before or instead of an answer of the hub. */
export type ClientErrorCode =
  /** An option of `new FoyerAdmin` or an argument of a call cannot be used. */
  | "invalid_options"
  /** A secret key must never be in a page. */
  | "used_in_browser"
  /** No answer: name not found, refused, cut off. */
  | "hub_unreachable"
  /** No complete answer within `timeoutMs`. */
  | "timeout"
  /** Something else than a hub answers at `baseUrl`. */
  | "unexpected_answer";

/** Stable; a newer hub may know more codes than this client. */
export type AdminErrorCode = WireErrorCode | ClientErrorCode | (string & Record<never, never>);

export interface AdminErrorInit {
  code: AdminErrorCode;
  message: string;
  status?: number;
  hint?: string | undefined;
  requestId?: string | undefined;
  retryAfter?: number | undefined;
  fields?: Readonly<Record<string, readonly string[]>>;
}

/** Every failure of a call. Recognise it by `code`. Neither its message nor its members ever contain a key. */
export class FoyerAdminError extends Error {
  override readonly name = "FoyerAdminError";
  /** Stable name of the failure, such as `not_found` or `rate_limited`. */
  readonly code: AdminErrorCode;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** For developers: what to change. */
  readonly hint: string | undefined;
  /** The hub's `X-Request-Id`: find the line in its log. */
  readonly requestId: string | undefined;
  /** Seconds until a retry makes sense. */
  readonly retryAfter: number | undefined;
  /** What is wrong with which member of the body, where the hub says so. */
  readonly fields: Readonly<Record<string, readonly string[]>>;

  constructor({ code, message, status = 0, hint, requestId, retryAfter, fields = {} }: AdminErrorInit) {
    super(message);
    this.code = code;
    this.status = status;
    this.hint = hint;
    this.requestId = requestId;
    this.retryAfter = retryAfter;
    this.fields = fields;
  }
}

/** Codes for answers that carry none: the publishable-key dialect, and proxies on the way. */
const CODE_BY_STATUS: Readonly<Record<number, WireErrorCode>> = {
  400: "invalid_request",
  401: "missing_bearer",
  404: "not_found",
  405: "method_not_allowed",
  413: "payload_too_large",
  415: "unsupported_media_type",
  429: "rate_limited",
  500: "internal_error",
};

/** `{"allowed_domains": ["At least one allowed domain is required."]}`, with or without problem details around it. */
function fieldsOf(body: unknown): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(membersOf(body))
      .map(([name, texts]): [string, string[]] => [name, listOf(texts).filter((text) => isText(text, 500))])
      .filter(([, texts]) => texts.length > 0),
  );
}

/** Seconds of a `Retry-After` header (a number or an HTTP date); undefined when it is absent or makes no sense. */
export function readRetryAfterS(header: string | null, nowMs: number): number | undefined {
  if (header === null || header.trim() === "") return undefined;
  const seconds = /^\d+$/.test(header.trim()) ? Number(header) : (Date.parse(header) - nowMs) / 1000;
  return Number.isFinite(seconds) && seconds >= 0 ? Math.ceil(seconds) : undefined;
}

/** @param body the parsed body, undefined when it was no JSON. */
export function refusalOf(response: Response, body: unknown, nowMs: number): FoyerAdminError {
  const { status, headers } = response;
  const problem = parseProblem(body);
  const fields = fieldsOf(body);
  const detail = membersOf(body)["detail"];
  const sentences = Object.entries(fields).map(([name, texts]) => `${name}: ${texts.join(" ")}`);
  const said = problem?.detail ?? (isText(detail, 2000) ? detail : sentences.join("; "));
  return new FoyerAdminError({
    code: problem?.code ?? CODE_BY_STATUS[status] ?? "unexpected_answer",
    message: said === "" ? `The hub answered with status ${status}` : said,
    status,
    hint: problem?.hint,
    requestId: headers.get("x-request-id") ?? undefined,
    retryAfter: readRetryAfterS(headers.get("retry-after"), nowMs) ?? problem?.retry_after,
    fields,
  });
}
