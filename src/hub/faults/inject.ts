// Owns what each fault does to one request. Knows no rules, routes or log.
import type { WireErrorCode } from "../../protocol/errors.ts";
import type { HubClock } from "../clock.ts";
import { HubError, errorResponse } from "../errors.ts";
import { allowReading } from "../http/cors.ts";
import type { Connection } from "../http/peer.ts";
import { cutOff, drip } from "./bodies.ts";
import { DroppedConnection, breakConnection } from "./break.ts";
import type { Hit } from "./dice.ts";
import type { FAULT_STATUSES, Fault } from "./rules.ts";

export interface Victim {
  request: Request;
  connection: Connection | undefined;
  clock: HubClock;
  /** What the body of a good answer is said to be. */
  contentType: string;
  /** Lets the hub do what was asked. */
  answer(): Promise<Response>;
}

const REFUSALS: Record<(typeof FAULT_STATUSES)[number], WireErrorCode> = {
  401: "invalid_session",
  403: "key_revoked",
  409: "token_replayed",
  429: "rate_limited",
  500: "internal_error",
  502: "agent_unavailable",
  503: "not_ready",
};
const WITH_WAIT: ReadonlySet<number> = new Set([429, 503]);
const JUNK_LENGTH = 120;
const STREAM_CUT_BYTES = 200;
/** No resolver knows it. */
const ELSEWHERE = "https://login.invalid/";

const proxyPage = (status: number): string =>
  `<!doctype html><html><head><title>${status}</title></head><body><h1>${
    status === 200 ? "Sign in to this network" : `${status} Bad Gateway`
  }</h1><hr>nginx</body></html>\n`;

/** Printable characters and line ends: no JSON, no events, no script. */
const junk = (random: () => number): string =>
  Array.from({ length: JUNK_LENGTH }, (_, index) =>
    index % 40 === 39 ? "\n" : String.fromCharCode(33 + Math.floor(random() * 94)),
  ).join("");

/** An answer that the hub did not give. Pages can read it, as they can read the hub's. */
function forged({ request }: Victim, body: string | null, status: number, headers: Record<string, string>) {
  const response = new Response(body, { status, headers: { "Cache-Control": "no-store", ...headers } });
  allowReading(response.headers, request);
  return response;
}

function refuse({ request, clock }: Victim, { status, retry_after_s }: Extract<Fault, { kind: "status" }>) {
  const error = new HubError(REFUSALS[status], {
    detail: "A fault rule says so",
    ...(WITH_WAIT.has(status) ? { retryAfterS: retry_after_s } : {}),
  });
  const response = errorResponse(error, request, clock.now());
  allowReading(response.headers, request);
  return response;
}

/** The first half of the hub's answer; of a stream, which has no middle, its first bytes. */
async function truncate(victim: Victim): Promise<Response> {
  const whole = await victim.answer();
  if (whole.body === null) return whole;
  if (whole.headers.get("Content-Type")?.startsWith("text/event-stream"))
    return new Response(cutOff(whole.body, { afterBytes: STREAM_CUT_BYTES, breakOff: null }), whole);
  const bytes = new Uint8Array(await whole.arrayBuffer());
  const headers = new Headers(whole.headers);
  headers.delete("Content-Length");
  return new Response(bytes.slice(0, bytes.byteLength / 2), { status: whole.status, headers });
}

async function withBody(
  { answer }: Victim,
  change: (body: ReadableStream<Uint8Array<ArrayBuffer>>) => ReadableStream<Uint8Array<ArrayBuffer>>,
): Promise<Response> {
  const whole = await answer();
  return whole.body === null ? whole : new Response(change(whole.body), whole);
}

/** @throws the signal's reason when the caller gives up. */
function hang({ request: { signal } }: Victim): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

async function end(fault: Exclude<Fault, { kind: "latency" }>, victim: Victim, random: () => number) {
  const { connection, clock, contentType } = victim;
  switch (fault.kind) {
    case "drop_before":
      throw new DroppedConnection();
    case "drop_after":
      await (await victim.answer()).body?.cancel();
      throw new DroppedConnection();
    case "cut":
      return withBody(victim, (body) =>
        cutOff(body, {
          afterBytes: fault.after_bytes,
          breakOff: fault.ending === "drop" ? () => breakConnection(connection) : null,
        }),
      );
    case "status":
      return refuse(victim, fault);
    case "junk":
      return forged(victim, junk(random), 200, { "Content-Type": contentType });
    case "html":
      return forged(victim, proxyPage(fault.status), fault.status, {
        "Content-Type": "text/html; charset=utf-8",
      });
    case "empty":
      return forged(victim, null, 200, { "Content-Type": contentType });
    case "truncated":
      return truncate(victim);
    case "redirect":
      return forged(victim, null, 302, { Location: ELSEWHERE });
    case "hang":
      return hang(victim);
    case "drip":
      return withBody(victim, (body) => drip(body, clock, { bytes: fault.bytes, everyMs: fault.every_ms }));
  }
}

/**
 * Answers a request with what these hits make of it: all waits, then the first fault that is no wait.
 * @throws DroppedConnection when the connection is to be broken.
 */
export async function inject(hits: readonly Hit[], victim: Victim): Promise<Response> {
  for (const { rule, random } of hits) {
    const { fault } = rule;
    if (fault.kind !== "latency") return end(fault, victim, random);
    await victim.clock.sleep(fault.ms + Math.floor(random() * (fault.jitter_ms + 1)), victim.request.signal);
  }
  return victim.answer();
}

/** A few words for a line of the log. */
export function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case "latency":
      return `latency ${fault.ms}${fault.jitter_ms === 0 ? "" : `-${fault.ms + fault.jitter_ms}`} ms`;
    case "cut":
      return `cut after ${fault.after_bytes} bytes${fault.ending === "end" ? ", clean end" : ""}`;
    case "status":
      return `status ${fault.status}`;
    case "html":
      return `html ${fault.status}`;
    case "drip":
      return `drip ${fault.bytes} bytes per ${fault.every_ms} ms`;
    default:
      return fault.kind.replace("_", " ");
  }
}
