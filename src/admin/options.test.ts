import { afterEach, describe, expect, it, vi } from "vitest";
import { readOptions } from "./options.ts";
import type { FoyerAdminOptions } from "./options.ts";

const GOOD: FoyerAdminOptions = { apiKey: "sk_live_demo_abc", baseUrl: "https://hub.example" };

/** What refuses these options: code and everything that is said. */
function refusal(options: unknown): { code: unknown; said: string } {
  try {
    readOptions({ ...GOOD, ...(options as Partial<FoyerAdminOptions>) });
  } catch (error) {
    const { code, message, hint } = error as { code: unknown; message: string; hint?: string };
    return { code, said: `${message} ${hint ?? ""}` };
  }
  return { code: undefined, said: "" };
}

afterEach(() => vi.unstubAllGlobals());

describe("options", () => {
  it("have defaults", () => {
    expect(readOptions(GOOD)).toMatchObject({
      maxRetries: 2,
      timeoutMs: 10_000,
      baseUrl: "https://hub.example",
    });
  });

  it.each([
    ["https://hub.example/", "https://hub.example"],
    ["https://hub.example/chat//", "https://hub.example/chat"],
    ["http://127.0.0.1:8787", "http://127.0.0.1:8787"],
    ["http://localhost:8787/", "http://localhost:8787"],
    ["http://[::1]:8787", "http://[::1]:8787"],
  ])("the address %s is %s", (baseUrl, expected) => {
    expect(readOptions({ ...GOOD, baseUrl }).baseUrl).toBe(expected);
  });

  it.each([
    "",
    "hub.example",
    "ftp://hub.example",
    "javascript:alert(1)",
    "https://u:p@hub.example",
    "https://hub.example/?a=1",
    "https://hub.example/#a",
    "http://hub.example",
    "http://localhost.evil.example",
    "http://127.0.0.1.evil.example",
    undefined,
    7,
  ])("the address %s is refused", (baseUrl) => {
    expect(refusal({ baseUrl }).code).toBe("invalid_options");
  });

  it("send the key over plain http only when told to", () => {
    const options = { ...GOOD, baseUrl: "http://hub.internal:8787" };
    expect(refusal(options).said).toContain("allowHttp");
    expect(readOptions({ ...options, allowHttp: true }).baseUrl).toBe(options.baseUrl);
  });

  it.each([
    undefined,
    "",
    "pk_live_demo_abc",
    " sk_live_a",
    "sk_live_a\n",
    '"sk_live_a"',
    "Bearer sk_live_a",
    7,
  ])("the key %j is refused and not repeated", (apiKey) => {
    const { code, said } = refusal({ apiKey });
    expect(code).toBe("invalid_options");
    if (typeof apiKey === "string" && apiKey !== "") expect(said).not.toContain(apiKey.trim());
  });

  it.each([
    { maxRetries: -1 },
    { maxRetries: 1.5 },
    { maxRetries: 11 },
    { maxRetries: NaN },
    { timeoutMs: 0 },
    { timeoutMs: Infinity },
    { timeoutMs: "100" },
  ])("%j is refused", (options) => expect(refusal(options).code).toBe("invalid_options"));
});

describe("in a browser", () => {
  it("a page is refused before anything is looked at", () => {
    vi.stubGlobal("document", {});
    expect(refusal({ apiKey: "sk_live_secret" })).toEqual({
      code: "used_in_browser",
      said: expect.not.stringContaining("sk_live_secret"),
    });
  });

  it("a worker is refused", () => {
    vi.stubGlobal("navigator", { userAgent: "Mozilla/5.0 (X11; Linux x86_64)" });
    expect(refusal({}).code).toBe("used_in_browser");
  });

  it.each(["Node.js/24", "Deno/2.1.4", "Cloudflare-Workers", "Bun/1.1", undefined])(
    "%s is none",
    (userAgent) => {
      vi.stubGlobal("navigator", userAgent === undefined ? undefined : { userAgent });
      expect(refusal({}).code).toBeUndefined();
    },
  );
});
