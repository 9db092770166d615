import { describe, expect, it } from "vitest";
import { OPTION_DEFAULTS, parseOptions } from "./options.ts";
import { API_URL, CLIENT_KEY } from "./testing/hub.ts";

const good = { clientKey: CLIENT_KEY, apiUrl: API_URL };
const codes = (raw: unknown): string[] => {
  const parsed = parseOptions(raw);
  return Array.isArray(parsed) ? parsed.map(({ code }) => code) : [];
};

it("what is not given takes its default", () => {
  expect(parseOptions(good)).toEqual({ ...OPTION_DEFAULTS, ...good });
});

it.each([undefined, null, "", 7, [], () => {}, "pk_live_demo_abcdefghij"])(
  "options %o: told, not thrown",
  (raw) => {
    expect(codes(raw)).toEqual(["missing_client_key", "invalid_option"]);
  },
);

it.each([
  ["https://hub.test", "https://hub.test"],
  ["https://hub.test/", "https://hub.test"],
  ["https://hub.test/base//", "https://hub.test/base"],
  ["http://localhost:8787", "http://localhost:8787"],
  ["http://127.0.0.1:8787/", "http://127.0.0.1:8787"],
  ["http://[::1]:8787", "http://[::1]:8787"],
  ["HTTPS://HUB.test", "https://hub.test"],
])("apiUrl %s is read as %s", (apiUrl, expected) => {
  expect(parseOptions({ ...good, apiUrl })).toMatchObject({ apiUrl: expected });
});

it.each([
  ["http://hub.test", "insecure_api_url"],
  ["http://localhost.evil.test", "insecure_api_url"],
  ["http://127.0.0.1.evil.test", "insecure_api_url"],
  ["http://localhost@evil.test", "insecure_api_url"],
  ["ftp://hub.test", "insecure_api_url"],
  ["javascript:alert(1)", "insecure_api_url"],
  ["data:text/html,x", "insecure_api_url"],
  ["https://user:pass@hub.test", "invalid_option"],
  ["https://hub.test?x=1", "invalid_option"],
  ["https://hub.test#x", "invalid_option"],
  ["/relative", "invalid_option"],
  ["", "invalid_option"],
  [7, "invalid_option"],
])("apiUrl %s is refused as %s", (apiUrl, code) => {
  expect(codes({ ...good, apiUrl })).toEqual([code]);
});

// N1 to N3
it.each([
  ["", "missing_client_key"],
  ["  ", "missing_client_key"],
  [undefined, "missing_client_key"],
  [42, "missing_client_key"],
  ["sk_live_demo_abcdefghijklmnopqrstuvwxyz", "secret_key_in_browser"],
  [" sk_live_x", "secret_key_in_browser"],
  ["pk_test_demo_abcdefghij", "invalid_client_key"],
  ["pk_live_<b>html</b>", "invalid_client_key"],
  [`pk_live_${"a".repeat(10_000)}`, "invalid_client_key"],
  ["pk_live_demo_abc\n", "invalid_client_key"],
])("clientKey %j is refused as %s and never repeated", (clientKey, code) => {
  const parsed = parseOptions({ ...good, clientKey });
  expect(codes({ ...good, clientKey })).toEqual([code]);
  expect(JSON.stringify(parsed)).not.toMatch(/abcdefghij|aaaa|html/);
});

describe("the other options", () => {
  it.each([
    [{ agent: "support", userToken: "a.b.c", storage: "none" }, []],
    [{ agent: "", userToken: "" }, []],
    [{ agent: null, userToken: null, storage: null }, []],
    [{ agent: 7 }, ["invalid_option"]],
    [{ userToken: {} }, ["invalid_option"]],
    [{ userToken: "x".repeat(8193) }, ["invalid_option"]],
    [{ storage: "cookie" }, ["invalid_option"]],
    [{ storage: "toString" }, ["invalid_option"]],
    [
      { clientKey: "", apiUrl: "http://x", storage: 1 },
      ["missing_client_key", "insecure_api_url", "invalid_option"],
    ],
  ])("%o: %j", (given, expected) => {
    expect(codes({ ...good, ...given })).toEqual(expected);
  });

  it("a getter that throws is the page's own bug to see, a prototype member is no option", () => {
    const raw: object = Object.create({ clientKey: CLIENT_KEY, apiUrl: API_URL });
    expect(codes(raw)).toEqual(["missing_client_key", "invalid_option"]);
  });
});
