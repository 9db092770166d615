// Owns the decision whether an origin may use a key, and the entry that would let it in. Pure; parses nothing.
import { DEFAULT_PORT } from "./origin.ts";
import type { AllowEntry } from "./entry.ts";
import type { Dialect, PageOrigin } from "./origin.ts";

const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);
/** Hosts that every publishable key takes, for local development. */
const ALWAYS_ALLOWED: ReadonlySet<string> = new Set(["localhost", "127.0.0.1"]);

function covers(entry: AllowEntry, origin: PageOrigin, dialect: Dialect): boolean {
  if (origin.kind === "app") return entry.kind === "app" && entry.text === origin.text;
  if (entry.kind === "app") return false;
  const isHost = entry.isWildcard ? origin.host.endsWith(`.${entry.host}`) : origin.host === entry.host;
  if (!isHost || dialect === "publishable-key") return isHost;
  if (entry.scheme !== null && entry.scheme !== origin.scheme) return false;
  return entry.port === "*" || (entry.port ?? DEFAULT_PORT[origin.scheme]) === origin.port;
}

/** Whether a page of this origin may use a key with these entries. */
export function isOriginAllowed(
  origin: PageOrigin,
  entries: readonly AllowEntry[],
  dialect: Dialect,
): boolean {
  if (dialect === "publishable-key") {
    if (origin.kind === "app") return false;
    if (ALWAYS_ALLOWED.has(origin.host)) return true;
  }
  return entries.some((entry) => covers(entry, origin, dialect));
}

/** The entry to add so that this origin passes; null when no entry of the dialect can let it in. */
export function entryFor(origin: PageOrigin, dialect: Dialect): string | null {
  if (origin.kind === "app") return dialect === "widget-key" ? origin.text : null;
  if (dialect === "publishable-key") return origin.host;
  if (LOOPBACK_HOSTS.has(origin.host)) return `${origin.host}:*`;
  return origin.port === DEFAULT_PORT[origin.scheme] ? origin.host : `${origin.host}:${origin.port}`;
}
