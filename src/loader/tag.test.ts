import { afterEach, describe, expect, it } from "vitest";
import { findTag } from "./tag.ts";

const KEY = "pk_live_demo_abcdefghijklmnopqrstuvwxyz";
const SRC = "https://cdn.example/v1/foyer.js";

function script(attributes: Record<string, string>): HTMLScriptElement {
  const element = document.createElement("script");
  // A type that no browser runs: the test only reads the element.
  element.type = "text/plain";
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

const own = (attributes: Record<string, string> = {}) =>
  script({ src: SRC, "data-client-key": KEY, ...attributes });

afterEach(() => document.body.replaceChildren());

describe("findTag", () => {
  it("reads every attribute of its own tag", () => {
    expect(
      findTag(
        own({
          "data-agent": "support",
          "data-api-url": "https://hub.example/base//",
          "data-user-token": "t.t.t",
        }),
      ),
    ).toEqual({
      scriptUrl: SRC,
      clientKey: KEY,
      apiUrl: "https://hub.example/base",
      agent: "support",
      read: expect.any(Function),
    });
    const tag = findTag(own({ "data-user-token": "t.t.t" }));
    expect(typeof tag === "string" ? tag : [tag.read("user-token"), tag.read("mode")]).toEqual([
      "t.t.t",
      null,
    ]);
  });

  it("takes the script's origin as the hub", () => {
    expect(findTag(own())).toMatchObject({ apiUrl: "https://cdn.example", agent: null });
  });

  it.each([null, undefined, {}, "script"])("searches the page when currentScript is %j", (current) => {
    document.body.append(own());
    expect(findTag(current)).toMatchObject({ clientKey: KEY });
  });

  it("N5: passes over an element that clobbers currentScript", () => {
    const image = document.createElement("img");
    image.setAttribute("data-client-key", "pk_live_demo_evil00000000000000000000");
    document.body.append(image, own());
    expect(findTag(image)).toMatchObject({ clientKey: KEY });
  });

  it("reads the URL's query when data attributes were stripped", () => {
    const src = `${SRC}?client_key=${KEY}&agent=sales&api_url=https%3A%2F%2Fhub.example`;
    const expected = { clientKey: KEY, agent: "sales", apiUrl: "https://hub.example" };
    expect(findTag(script({ src }))).toMatchObject(expected);
    document.body.append(script({ src }));
    expect(findTag(null)).toMatchObject(expected);
  });

  it("finds a tag beside its own script, and keeps its own script's place", () => {
    document.body.append(script({ "data-client-key": KEY }));
    expect(findTag(script({ src: SRC }))).toMatchObject({ scriptUrl: SRC, clientKey: KEY });
  });

  it.each([
    ["missing_client_key", null],
    ["missing_client_key", script({ src: SRC })],
    ["missing_client_key", own({ "data-client-key": "" })],
    ["secret_key_in_browser", own({ "data-client-key": "sk_live_demo_x" })],
    ["secret_key_in_browser", own({ "data-client-key": "  sk_test_demo_x" })],
    ["invalid_client_key", own({ "data-client-key": "pk_test_demo_abcdefghij" })],
    ["invalid_client_key", own({ "data-client-key": `${KEY}<b>` })],
    ["invalid_client_key", own({ "data-client-key": `pk_live_${"a".repeat(10_000)}` })],
    ["invalid_client_key", own({ "data-client-key": `${KEY}\n` })],
    ["insecure_api_url", own({ "data-api-url": "http://hub.example" })],
    ["insecure_api_url", own({ "data-api-url": "http://localhost.evil.example" })],
    ["insecure_api_url", own({ "data-api-url": "javascript:alert(1)" })],
    ["insecure_api_url", own({ "data-api-url": "//hub.example" })],
  ])("answers %s", (code, current) => {
    expect(findTag(current)).toBe(code);
  });

  it.each(["http://localhost:8787", "http://127.0.0.1", "http://[::1]:9", "https://hub.example:8443"])(
    "takes %s as the hub",
    (apiUrl) => {
      expect(findTag(own({ "data-api-url": apiUrl }))).toMatchObject({ apiUrl });
    },
  );
});
