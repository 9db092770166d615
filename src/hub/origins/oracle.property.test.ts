// The matcher against a second opinion: entries and origins are made of parts here, and judged by their parts, never by
// their texts.
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { parseAllowlist } from "./entry.ts";
import { isOriginAllowed } from "./match.ts";
import { DIALECTS, parseOrigin } from "./origin.ts";
import type { Dialect } from "./origin.ts";

interface Pattern {
  scheme: "http" | "https" | null;
  isWildcard: boolean;
  host: string;
  port: number | "*" | null;
}
interface Page {
  scheme: "http" | "https";
  host: string;
  port: number | null;
}

const DEFAULT_PORTS = { http: 80, https: 443 };
/** Few names that are near each other, so that matches and near misses are frequent. */
const HOSTS = [
  "shop.example",
  "a.shop.example",
  "b.a.shop.example",
  "ashop.example",
  "shop.example.net",
  "localhost",
];
const host = fc.constantFrom(...HOSTS);
const port = fc.constantFrom(80, 443, 8443, 3000);
const scheme = fc.constantFrom("http" as const, "https" as const);
const pattern: fc.Arbitrary<Pattern> = fc.record({
  scheme: fc.option(scheme),
  isWildcard: fc.boolean(),
  host: host.filter((name) => name !== "localhost"),
  port: fc.option(fc.oneof(port, fc.constant("*" as const))),
});
const page: fc.Arbitrary<Page> = fc.record({ scheme, host, port: fc.option(port) });

const textOfPattern = (dialect: Dialect, entry: Pattern): string => {
  const name = `${entry.isWildcard ? "*." : ""}${entry.host}`;
  if (dialect === "publishable-key") return name;
  return `${entry.scheme === null ? "" : `${entry.scheme}://`}${name}${entry.port === null ? "" : `:${entry.port}`}`;
};
/** As a browser writes it: without the default port. */
const textOfPage = ({ scheme: name, host: at, port: number }: Page): string =>
  `${name}://${at}${number === null || number === DEFAULT_PORTS[name] ? "" : `:${number}`}`;

function isCovered(entry: Pattern, from: Page, dialect: Dialect): boolean {
  const [labels, base] = [from.host.split("."), entry.host.split(".")];
  const isBelow = labels.length > base.length && labels.slice(-base.length).join(".") === entry.host;
  if (!(entry.isWildcard ? isBelow : from.host === entry.host)) return false;
  if (dialect === "publishable-key" || entry.port === "*") {
    return dialect === "publishable-key" || entry.scheme === null || entry.scheme === from.scheme;
  }
  const pagePort = from.port ?? DEFAULT_PORTS[from.scheme];
  const isScheme = entry.scheme === null || entry.scheme === from.scheme;
  return isScheme && (entry.port ?? DEFAULT_PORTS[from.scheme]) === pagePort;
}

it.each(DIALECTS)("%s: a list lets a page in exactly when one of its entries does", (dialect) => {
  fc.assert(
    fc.property(fc.array(pattern, { minLength: 1, maxLength: 4 }), page, (patterns, from) => {
      const list = parseAllowlist(
        patterns.map((entry) => textOfPattern(dialect, entry)),
        dialect,
      );
      const origin = parseOrigin(textOfPage(from));
      if (list.kind === "bad" || origin === null) return expect.fail("must be readable");
      const isLocal = dialect === "publishable-key" && from.host === "localhost";
      const expected = isLocal || patterns.some((entry) => isCovered(entry, from, dialect));
      expect(isOriginAllowed(origin, list.entries, dialect)).toBe(expected);
    }),
    { numRuns: 5000 },
  );
});
