// Owns allowlist entries: what a list may contain and the parsed form that is stored. Knows no request.
import { getDomain } from "tldts";
import { APP_ORIGIN, DEFAULT_PORT } from "./origin.ts";
import type { Dialect } from "./origin.ts";

/** Parsed once, when a list is written; matching never parses. `text` is the form that is echoed. */
export type AllowEntry =
  | { kind: "app"; text: string }
  | {
      kind: "host";
      text: string;
      /** Null: http and https. */
      scheme: "http" | "https" | null;
      /** Punycode; brackets around IPv6. For a wildcard, the base without `*.`. */
      host: string;
      isWildcard: boolean;
      /** Null: the default port of the origin's scheme. "*": any. */
      port: string | null;
    };

export type ParsedEntry = { kind: "ok"; entry: AllowEntry } | { kind: "bad"; reason: string };

/** At most this many entries in one list. */
export const MAX_ENTRIES = 100;
const MAX_ENTRY_LENGTH = 300;
const HOST_NAME = /^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/;
const IPV4 = /^\d+\.\d+\.\d+\.\d+$/;
const PORT = /^[1-9]\d{0,4}$/;

const bad = (reason: string): ParsedEntry => ({ kind: "bad", reason });

interface EntryParts {
  scheme: "http" | "https" | null;
  isWildcard: boolean;
  host: string;
  port: string | null;
}

/** Takes `[scheme://][*.]host[:port]` apart; says in a sentence why it is something else. */
function split(text: string): EntryParts | string {
  const scheme = /^(https?):\/\//.exec(text)?.[1];
  const rest = scheme === undefined ? text : text.slice(scheme.length + 3).replace(/\/$/, "");
  if (/[/\\?#@%\s]/.test(rest)) return "write a host, without path, query, user or other scheme";
  const match = /^(\*\.)?(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(rest);
  if (match === null) return "is not a host";
  const [, star, host = "", port] = match;
  if (port !== undefined && port !== "*" && !(PORT.test(port) && Number(port) <= 65_535)) {
    return "the port must be 1 to 65535, or *";
  }
  return {
    scheme: scheme === "http" || scheme === "https" ? scheme : null,
    isWildcard: star !== undefined,
    host,
    port: port ?? null,
  };
}

/** Punycode of a host, or why it is none. Spellings that a browser would repair are refused, not repaired. */
function canonicalHost(host: string): { host: string } | string {
  if (host === "") return "the host is empty";
  if (host.includes("*"))
    return "a wildcard is only allowed as the whole left-most label, as in *.example.com";
  if (host.endsWith(".")) return "the trailing dot makes it another host";
  if (!URL.canParse(`http://${host}`)) return "is not a host";
  const canonical = new URL(`http://${host}`).hostname;
  const isAscii = /^[\x20-\x7e]*$/.test(host);
  if (isAscii ? canonical !== host : IPV4.test(canonical))
    return `is not in canonical form, a browser sends ${canonical}`;
  if (canonical.startsWith("[")) return { host: canonical };
  if (!HOST_NAME.test(canonical) || canonical.length > 253) return "is not a host name";
  return { host: canonical };
}

function problemOfWildcard(base: string): string | null {
  if (base.startsWith("[") || IPV4.test(base)) return "a wildcard over an IP address matches nothing";
  return getDomain(base, { allowPrivateDomains: true }) === null
    ? "the wildcard would cover a whole public suffix; name a domain of your own, as in *.example.com"
    : null;
}

/** Drops a port that says nothing: `https://a.com:443` is `https://a.com`. */
function normalizePort(parts: EntryParts): string | null {
  return parts.scheme !== null && parts.port === DEFAULT_PORT[parts.scheme] ? null : parts.port;
}

/** Parses one entry under a dialect's rules. */
export function parseEntry(value: unknown, dialect: Dialect): ParsedEntry {
  if (typeof value !== "string") return bad("is not a text");
  const text = value.trim().toLowerCase();
  if (text === "") return bad("is empty");
  if (text.length > MAX_ENTRY_LENGTH) return bad("is too long");
  const app = text.replace(/\/$/, "");
  if (APP_ORIGIN.test(app)) {
    return dialect === "widget-key"
      ? { kind: "ok", entry: { kind: "app", text: app } }
      : bad("only host names are allowed");
  }
  const trimmed = dialect === "widget-key" ? text.replace(/^([^/]+)\/$/, "$1") : text;
  const parts = split(trimmed);
  if (typeof parts === "string") return bad(parts);
  if (dialect === "publishable-key" && (parts.scheme !== null || parts.port !== null)) {
    return bad("only host names are allowed, without scheme and port");
  }
  const canonical = canonicalHost(parts.host);
  if (typeof canonical === "string") return bad(canonical);
  const wildcardProblem = parts.isWildcard ? problemOfWildcard(canonical.host) : null;
  if (wildcardProblem !== null) return bad(wildcardProblem);
  const port = normalizePort(parts);
  const prefix = `${parts.scheme === null ? "" : `${parts.scheme}://`}${parts.isWildcard ? "*." : ""}`;
  const entryText = `${prefix}${canonical.host}${port === null ? "" : `:${port}`}`;
  return {
    kind: "ok",
    entry: {
      kind: "host",
      text: entryText,
      scheme: parts.scheme,
      host: canonical.host,
      isWildcard: parts.isWildcard,
      port,
    },
  };
}

export type ParsedAllowlist = { kind: "ok"; entries: AllowEntry[] } | { kind: "bad"; reason: string };

/** Parses a whole list: all or nothing. The reason names index, value and fault. Doubles collapse. */
export function parseAllowlist(list: unknown, dialect: Dialect): ParsedAllowlist {
  if (!Array.isArray(list)) return { kind: "bad", reason: "must be a list of texts" };
  if (list.length > MAX_ENTRIES)
    return { kind: "bad", reason: `has ${list.length} entries, at most ${MAX_ENTRIES} are allowed` };
  if (list.length === 0 && dialect === "publishable-key") {
    return { kind: "bad", reason: "At least one allowed domain is required." };
  }
  const entries = new Map<string, AllowEntry>();
  for (const [index, value] of list.entries()) {
    const parsed = parseEntry(value, dialect);
    if (parsed.kind === "bad") {
      const shown = typeof value === "string" ? JSON.stringify(value.slice(0, 100)) : typeof value;
      return { kind: "bad", reason: `entry ${index} (${shown}) ${parsed.reason}` };
    }
    entries.set(parsed.entry.text, parsed.entry);
  }
  return { kind: "ok", entries: [...entries.values()] };
}
