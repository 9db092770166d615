// Owns reading where a browser call comes from: `Origin`, and `Referer` where a dialect allows it (rules H1-H7).
// Knows no allowlist.

export const DIALECTS = ["widget-key", "publishable-key"] as const;
export type Dialect = (typeof DIALECTS)[number];

/** A page's origin in canonical form. */
export type PageOrigin =
  /** `port` is always explicit: "443" for https without one. IPv6 hosts keep their brackets. */
  | { kind: "web"; text: string; scheme: "http" | "https"; host: string; port: string }
  /** capacitor:, ionic:, tauri: and browser extensions: compared as a whole. */
  | { kind: "app"; text: string };

const PRINTABLE = /^[\x21-\x7e]{1,512}$/;
const WEB_ORIGIN = /^(https?):\/\/([^/]+)$/;
/** Whole origins of wrapped apps and extensions: the only non-web origins a key may list. */
export const APP_ORIGIN =
  /^(capacitor|ionic|tauri|[a-z][a-z0-9]*-extension):\/\/[a-z0-9_-]+(\.[a-z0-9_-]+)*(:\d{1,5})?$/;
const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9_-]+(\.[a-z0-9_-]+)*)$/;
export const DEFAULT_PORT = { http: "80", https: "443" } as const;

const originOf = (text: string): URL | null => (URL.canParse(text) ? new URL(text) : null);

/** Reads the value of an `Origin` header. Null for `null`, anything repaired by URL parsers, several values, junk. */
export function parseOrigin(value: string): PageOrigin | null {
  if (!PRINTABLE.test(value) || value.includes(",")) return null;
  const lower = value.toLowerCase();
  if (APP_ORIGIN.test(lower)) return { kind: "app", text: lower };
  const match = WEB_ORIGIN.exec(lower);
  const url = originOf(lower);
  if (match === null || url === null) return null;
  const scheme = match[1] === "http" ? "http" : "https";
  const defaultPort = `:${DEFAULT_PORT[scheme]}`;
  const text = lower.endsWith(defaultPort) ? lower.slice(0, -defaultPort.length) : lower;
  if (text !== url.origin || !HOST.test(url.hostname)) return null;
  return { kind: "web", text, scheme, host: url.hostname, port: url.port || DEFAULT_PORT[scheme] };
}

function parseReferer(value: string): PageOrigin | null {
  const authority = /^https?:\/\/([^/?#\\]*)/i.exec(value)?.[1];
  if (authority === undefined || authority.includes("@")) return null;
  const url = originOf(value);
  return url === null ? null : parseOrigin(url.origin);
}

/** The origin a request came from under a dialect's rules, or null when it names none that counts. */
export function readOrigin(headers: Headers, dialect: Dialect): PageOrigin | null {
  const origin = headers.get("Origin");
  if (origin !== null) return parseOrigin(origin);
  const referer = headers.get("Referer");
  return dialect === "widget-key" && referer !== null ? parseReferer(referer) : null;
}
