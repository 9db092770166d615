import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import originVectors from "./testdata/origin-vectors.json" with { type: "json" };
import writeVectors from "./testdata/allowlist-write-vectors.json" with { type: "json" };
import { MAX_ENTRIES, parseAllowlist, parseEntry } from "./entry.ts";
import { entryFor, isOriginAllowed } from "./match.ts";
import { DIALECTS, parseOrigin, readOrigin } from "./origin.ts";
import type { Dialect } from "./origin.ts";

interface Headerlike {
  origin: string | null;
  referer?: string;
}

/** As the hub does it: a list that may not be written matches nothing. Headers are faked: vectors hold bytes no Headers takes. */
function passes(pattern: string | null, from: Headerlike, dialect: Dialect): boolean {
  const values = new Map([
    ["Origin", from.origin],
    ["Referer", from.referer ?? null],
  ]);
  const headers = new Headers();
  headers.get = (name) => values.get(name) ?? null;
  const origin = readOrigin(headers, dialect);
  const list = parseAllowlist(pattern === null ? [] : [pattern], dialect);
  return origin !== null && isOriginAllowed(origin, list.kind === "ok" ? list.entries : [], dialect);
}

describe("origin vectors", () => {
  it.each(originVectors)("$id $pattern <- $origin: $why", (vector) => {
    const from = { origin: vector.origin, ...("referer" in vector ? { referer: vector.referer } : {}) };
    expect(passes(vector.pattern, from, "widget-key")).toBe(vector.widget_key);
    expect(passes(vector.pattern, from, "publishable-key")).toBe(vector.publishable_key);
  });
});

describe("allowlist write vectors", () => {
  it.each(writeVectors)("$list: $why", (vector) => {
    expect(parseAllowlist(vector.list, "widget-key").kind).toBe(
      vector.widget_key_status === 201 ? "ok" : "bad",
    );
    expect(parseAllowlist(vector.list, "publishable-key").kind).toBe(
      vector.publishable_key_status === 201 ? "ok" : "bad",
    );
  });
});

describe("origins of our own", () => {
  it.each([
    ["*.acme.com", "https://.acme.com", false],
    ["*.acme.com", "https://-.acme.com", true],
    ["acme.com", "https://acme.com/", false],
    ["acme.com", "https://acme.com:", false],
    ["acme.com", "https://acme.com:443:443", false],
    ["acme.com", "http://acme.com:443", false],
    ["acme.com:443", "https://acme.com", true],
    ["acme.com:80", "https://acme.com", false],
    ["http://acme.com:*", "https://acme.com", false],
    ["https://*.acme.com:*", "https://a.acme.com:1", true],
    ["https://acme.com:443/", "https://acme.com", true],
    ["acme.com", "https://acme.com,https://acme.com", false],
    ["acme.com", " https://acme.com", false],
    ["acme.com", "https://acme.com https://acme.com", false],
    ["[::1]:*", "http://[0:0:0:0:0:0:0:1]:3000", false],
    ["localhost:*", "http://localhost:65536", false],
    ["capacitor://localhost", "ionic://localhost", false],
    ["capacitor://localhost", "capacitor://localhost/", false],
    ["localhost", "capacitor://localhost", false],
    ["moz-extension://0f1e", "moz-extension://0f1e", true],
    ["acme.com", "wss://acme.com", false],
  ])("widget key %s <- %s is %s", (pattern, origin, expected) => {
    expect(passes(pattern, { origin }, "widget-key")).toBe(expected);
  });

  it.each([
    "https://[::1]/../x",
    "about:srcdoc",
    "https://user:pw@acme.com/",
    "https://@acme.com/",
    "/acme.com",
    "",
  ])("does not take the referer %j", (referer) =>
    expect(passes("acme.com", { origin: null, referer }, "widget-key")).toBe(false),
  );

  it("gives publishable keys loopback names, but no other local name", () => {
    for (const origin of ["http://localhost", "https://127.0.0.1:8443"]) {
      expect(passes("acme.com", { origin }, "publishable-key")).toBe(true);
    }
    for (const origin of ["http://[::1]:3000", "http://a.localhost", "http://127.0.0.2"]) {
      expect(passes("acme.com", { origin }, "publishable-key")).toBe(false);
    }
  });
});

describe("entries", () => {
  it.each([
    ["  ACME.com ", "acme.com"],
    ["https://ACME.com:443/", "https://acme.com"],
    ["http://acme.com:443", "http://acme.com:443"],
    ["acme.com/", "acme.com"],
    ["*.Bücher.example:*", "*.xn--bcher-kva.example:*"],
    ["acme。com", "acme.com"],
    ["[2001:db8::1]:8080", "[2001:db8::1]:8080"],
    ["Capacitor://LocalHost", "capacitor://localhost"],
    ["under_score.acme.com", "under_score.acme.com"],
  ])("%j is stored as %s", (value, text) => {
    expect(parseEntry(value, "widget-key")).toMatchObject({ kind: "ok", entry: { text } });
  });

  it.each([
    ["acme.com//", "path"],
    ["acme.com:0", "port"],
    ["acme.com:080", "port"],
    ["acme.com:", "port"],
    ["https://", "empty"],
    ["*.", "empty"],
    ["a..com", "not a host"],
    ["0x7f.0.0.1", "canonical"],
    ["[0::1]", "canonical"],
    ["１２７.0.0.1", "canonical"],
    ["*.[::1]", "IP"],
    ["*.10.0.0.1", "IP"],
    ["*.com", "public suffix"],
    ["*.github.io", "public suffix"],
    ["a.*.com", "left-most"],
    ["user@acme.com", "without path"],
    ["chrome-extension://*", "without path"],
    [7, "not a text"],
    [`${"a".repeat(64)}.com`, "host name"],
    ["a".repeat(400), "too long"],
  ])("%j is refused, the reason speaks of %s", (value, reason) => {
    const parsed = parseEntry(value, "widget-key");
    expect(parsed.kind === "bad" ? parsed.reason : parsed).toContain(reason);
  });

  it.each(["https://acme.com", "acme.com:443", "acme.com/", "[::1]:*", "capacitor://localhost"])(
    "publishable keys refuse %s",
    (value) => expect(parseEntry(value, "publishable-key").kind).toBe("bad"),
  );

  it("names index, value and reason of the bad entry", () => {
    const parsed = parseAllowlist(["acme.com", "*"], "widget-key");
    expect(parsed).toEqual({ kind: "bad", reason: expect.stringMatching(/^entry 1 \("\*"\) .*wildcard/) });
  });

  it("takes a list of exactly the maximum, and not one more", () => {
    const list = Array.from({ length: MAX_ENTRIES }, (_, index) => `a${index}.acme.com`);
    expect(parseAllowlist(list, "widget-key").kind).toBe("ok");
    expect(parseAllowlist([...list, list[0]], "widget-key").kind).toBe("bad");
  });
});

describe("properties", () => {
  const label = fc
    .stringMatching(/^[a-z]([a-z0-9-]{0,8}[a-z0-9])?$/)
    .filter((text) => !text.startsWith("xn--"));
  const host = fc
    .array(label, { minLength: 1, maxLength: 3 })
    .map((labels) => `${labels.join(".")}.example.com`);
  const port = fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: null });
  const origin = fc
    .tuple(fc.constantFrom("http", "https"), host, port)
    .map(([scheme, name, number]) => `${scheme}://${name}${number === null ? "" : `:${number}`}`);

  it("the proposed entry lets exactly that origin in, and stays the same when parsed again", () => {
    fc.assert(
      fc.property(origin, fc.constantFrom(...DIALECTS), (text, dialect) => {
        const page = parseOrigin(text);
        const entry = page && entryFor(page, dialect);
        expect(entry).not.toBeNull();
        expect(passes(entry, { origin: text }, dialect)).toBe(true);
        expect(parseEntry(entry, dialect)).toMatchObject({ kind: "ok", entry: { text: entry } });
      }),
    );
  });

  it("an exact entry never covers a longer or a prefixed host", () => {
    fc.assert(
      fc.property(host, label, (name, extra) => {
        for (const other of [`${extra}.${name}`, `${extra}${name}`, `${name}.${extra}.net`]) {
          expect(passes(name, { origin: `https://${other}` }, "widget-key")).toBe(false);
        }
      }),
    );
  });

  it("no text makes the header reader throw, or accept what a browser would not send", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.webUrl(), origin), (text) => {
        const parsed = parseOrigin(text);
        if (parsed?.kind === "web") expect(new URL(text).origin).toBe(parsed.text);
      }),
    );
  });

  it("no value makes the entry parser throw, and what it stores it also reads", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.anything(), fc.string({ unit: "binary" }), host),
        fc.constantFrom(...DIALECTS),
        (value, dialect) => {
          const parsed = parseEntry(value, dialect);
          if (parsed.kind === "ok") expect(parseEntry(parsed.entry.text, dialect)).toEqual(parsed);
        },
      ),
    );
  });
});
