// Owns what is refused before anybody reads it: foreign hosts (DNS rebinding), calls that a page makes to the
// management routes, and endless addresses.
import { HubError } from "../errors.ts";

const LOOPBACK_NAMES = ["localhost", "127.0.0.1", "[::1]"];
const MAX_URL_LENGTH = 4096;

/** Asked by orchestrators under whatever address they know; these answers hold nothing. */
const PROBES: ReadonlySet<string> = new Set(["/healthz", "/readyz"]);

/** This machine's own names and further ones. @param further host names, without port. */
export const servedHosts = (further: readonly string[]): ReadonlySet<string> =>
  new Set([...LOOPBACK_NAMES, ...further.map((host) => host.toLowerCase())]);

export type Guard = (request: Request, url: URL) => void;

/**
 * @param publicUrl base URL of the hub; its host is served.
 * @param publicHosts further host names, without port.
 */
export function createGuard(publicUrl: string, publicHosts: readonly string[]): Guard {
  const served = servedHosts([new URL(publicUrl).hostname, ...publicHosts]);
  return (request, url) => {
    if (request.url.length > MAX_URL_LENGTH) throw new HubError("uri_too_long");
    if (PROBES.has(url.pathname) || served.has(url.hostname)) return;
    throw new HubError("misdirected_request", {
      detail: `The host ${url.hostname} is not served here`,
      hint: "Add it to the public hosts of the hub if it is yours",
    });
  };
}

const READING: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Management is for backends: a page elsewhere, which its browser names, changes nothing here.
 * @throws HubError `cross_site_request`.
 */
export function refuseCrossSite(request: Request, url: URL): void {
  if (READING.has(request.method)) return;
  const site = request.headers.get("Sec-Fetch-Site");
  const origin = request.headers.get("Origin");
  const isForeign = site === "cross-site" || site === "same-site";
  if (isForeign || (origin !== null && origin !== url.origin)) throw new HubError("cross_site_request");
}
