// Owns what a webhook's URL may look like. What its name resolves to is judged at each delivery, in deliver.ts.
import { isIP } from "node:net";
import { isLocalhostName, isLoopbackAddress, isPublicAddress } from "./address.ts";

export type UrlProblem =
  | "not_a_url"
  | "not_https"
  | "has_credentials"
  | "port_not_allowed"
  /** An address, or a name that resolves to one, which is not of the public internet. */
  | "address_not_allowed";

export type CheckedUrl = { kind: "ok"; url: URL } | { kind: "bad"; reason: UrlProblem };

const MAX_LENGTH = 2048;
/** As `URL` writes them: 443 is https' default and therefore empty. */
const PORTS: ReadonlySet<string> = new Set(["", "8443"]);

/** The host as resolvers and sockets take it: an IPv6 literal without its brackets. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, "$1");

const isThisMachine = (host: string): boolean =>
  isIP(host) === 0 ? isLocalhostName(host) : isLoopbackAddress(host);

/**
 * Checks a webhook's URL before anything is resolved. `URL` writes 127.1, 0x7f.1 and [::ffff:10.0.0.1] in their
 * canonical forms, so an address cannot hide behind its spelling.
 * @param allowPrivate for development: every port, addresses of private networks and http to this machine pass.
 */
export function checkWebhookUrl(value: unknown, allowPrivate: boolean): CheckedUrl {
  if (typeof value !== "string" || value.length > MAX_LENGTH || !URL.canParse(value))
    return { kind: "bad", reason: "not_a_url" };
  const url = new URL(value);
  const host = hostOf(url);
  const isPlainAllowed = allowPrivate && url.protocol === "http:" && isThisMachine(host);
  if (url.protocol !== "https:" && !isPlainAllowed) return { kind: "bad", reason: "not_https" };
  if (url.username !== "" || url.password !== "") return { kind: "bad", reason: "has_credentials" };
  if (!allowPrivate && !PORTS.has(url.port)) return { kind: "bad", reason: "port_not_allowed" };
  if (!allowPrivate && isIP(host) !== 0 && !isPublicAddress(host))
    return { kind: "bad", reason: "address_not_allowed" };
  return { kind: "ok", url };
}
