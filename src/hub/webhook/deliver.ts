// Owns one delivery: from a URL of a stranger to a typed result within two seconds. Knows no agents and no secrets.
import { isIP } from "node:net";
import type { HubClock } from "../clock.ts";
import { isLoopbackAddress, isPublicAddress } from "./address.ts";
import type { WebhookNetwork } from "./network.ts";
import { checkWebhookUrl, hostOf } from "./url.ts";
import type { UrlProblem } from "./url.ts";

export type DeliveryFailure =
  | UrlProblem
  | "name_not_found"
  | "timed_out"
  | "connection_failed"
  | "redirected"
  | "status_not_2xx"
  | "answer_too_large";

export type Delivered =
  { kind: "answered"; body: Uint8Array } | { kind: "failed"; reason: DeliveryFailure; detail?: string };

export interface Delivery {
  url: unknown;
  headers: Record<string, string>;
  body: string;
}

/** What a delivery needs of its surroundings. */
export interface DeliverySettings {
  network: WebhookNetwork;
  clock: HubClock;
  /** For development: private addresses, every port, and http to this machine. */
  allowPrivate: boolean;
}

/** A visitor waits for this long at most, everything included. */
const LIMIT_MS = 2000;
const MAX_ANSWER_BYTES = 64 * 1024;

const failed = (reason: DeliveryFailure, detail?: string): Delivered =>
  detail === undefined ? { kind: "failed", reason } : { kind: "failed", reason, detail };

/** The stable code of a network error, such as ECONNREFUSED; its message may hold more than a log should. */
function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}

async function addressesOf(url: URL, network: WebhookNetwork): Promise<string[]> {
  const host = hostOf(url);
  return isIP(host) === 0 ? network.resolve(host) : [host];
}

/** One bad address spoils the name: which of them would be connected to is not ours to choose. */
function judgeAddresses(url: URL, addresses: readonly string[], allowPrivate: boolean): UrlProblem | null {
  if (url.protocol === "http:" && !addresses.every(isLoopbackAddress)) return "not_https";
  return allowPrivate || addresses.every(isPublicAddress) ? null : "address_not_allowed";
}

export type Destination =
  { kind: "ok"; url: URL; addresses: string[] } | { kind: "bad"; reason: UrlProblem | "name_not_found" };

/** Where a stranger's URL leads, and the only addresses that may be connected to for it. Never rejects. */
export async function findDestination(
  value: unknown,
  { network, allowPrivate }: Pick<DeliverySettings, "network" | "allowPrivate">,
): Promise<Destination> {
  const checked = checkWebhookUrl(value, allowPrivate);
  if (checked.kind === "bad") return checked;
  const { url } = checked;
  const addresses = await addressesOf(url, network).catch(() => []);
  if (addresses.length === 0) return { kind: "bad", reason: "name_not_found" };
  const problem = judgeAddresses(url, addresses, allowPrivate);
  return problem === null ? { kind: "ok", url, addresses } : { kind: "bad", reason: problem };
}

async function attempt(
  { url: value, headers, body }: Delivery,
  settings: DeliverySettings,
  signal: AbortSignal,
): Promise<Delivered> {
  const destination = await findDestination(value, settings);
  if (destination.kind === "bad") return failed(destination.reason);
  const { url, addresses } = destination;
  if (signal.aborted) return failed("timed_out");
  try {
    const request = { url, addresses, headers, body, maxAnswerBytes: MAX_ANSWER_BYTES, signal };
    const { status, body: answer } = await settings.network.post(request);
    if (status >= 300 && status <= 399) return failed("redirected");
    if (status < 200 || status > 299) return failed("status_not_2xx", String(status));
    return answer === null ? failed("answer_too_large") : { kind: "answered", body: answer };
  } catch (error) {
    return failed("connection_failed", codeOf(error));
  }
}

/**
 * Posts to a webhook: https on port 443 or 8443 of the public internet, to the very addresses that were checked, without
 * following redirects. Never rejects; takes two seconds at most, even when neither resolver nor receiver answers.
 */
export async function deliver(delivery: Delivery, settings: DeliverySettings): Promise<Delivered> {
  const [limit, finished] = [new AbortController(), new AbortController()];
  const overtime = settings.clock.sleep(LIMIT_MS, finished.signal).then(() => failed("timed_out"));
  const result = await Promise.race([attempt(delivery, settings, limit.signal), overtime]);
  finished.abort();
  limit.abort();
  return result;
}
