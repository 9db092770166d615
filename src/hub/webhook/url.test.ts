import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isPublicAddress } from "./address.ts";
import { checkWebhookUrl, hostOf } from "./url.ts";

const reasonFor = (value: unknown, allowPrivate = false) => {
  const checked = checkWebhookUrl(value, allowPrivate);
  return checked.kind === "ok" ? "ok" : checked.reason;
};

describe("N62 a webhook's URL", () => {
  it.each([
    ["https://hooks.example/a?b=c#d", "ok"],
    ["https://hooks.example:443/", "ok"],
    ["https://hooks.example:8443/", "ok"],
    ["HTTPS://HOOKS.EXAMPLE", "ok"],
    ["https://8.8.8.8/", "ok"],
    ["https://[2606:4700::1111]/", "ok"],
    ["http://hooks.example/", "not_https"],
    ["ftp://hooks.example/", "not_https"],
    ["file:///etc/passwd", "not_https"],
    ["javascript:alert(1)", "not_https"],
    ["https://user@hooks.example/", "has_credentials"],
    ["https://user:pw@hooks.example/", "has_credentials"],
    ["https://:pw@hooks.example/", "has_credentials"],
    ["https://hooks.example@127.0.0.1/", "has_credentials"],
    ["https://hooks.example:80/", "port_not_allowed"],
    ["https://hooks.example:22/", "port_not_allowed"],
    ["https://hooks.example:6379/", "port_not_allowed"],
    ["https://127.0.0.1/", "address_not_allowed"],
    ["https://127.1/", "address_not_allowed"],
    ["https://0x7f.1/", "address_not_allowed"],
    ["https://0177.0.0.1/", "address_not_allowed"],
    ["https://2130706433/", "address_not_allowed"],
    ["https://0/", "address_not_allowed"],
    ["https://①②⑦.0.0.1/", "address_not_allowed"],
    ["https://127.0.0.1./", "address_not_allowed"],
    ["https://[::1]/", "address_not_allowed"],
    ["https://[::ffff:10.0.0.1]/", "address_not_allowed"],
    ["https://[::ffff:8.8.8.8]/", "address_not_allowed"],
    ["https://[64:ff9b::a9fe:a9fe]/", "address_not_allowed"],
    ["https://169.254.169.254/latest/meta-data/", "address_not_allowed"],
    ["https://168.63.129.16/", "address_not_allowed"],
    ["https://", "not_a_url"],
    ["hooks.example", "not_a_url"],
    ["", "not_a_url"],
    [`https://hooks.example/${"a".repeat(2048)}`, "not_a_url"],
    [null, "not_a_url"],
    [7, "not_a_url"],
    [{ href: "https://hooks.example/" }, "not_a_url"],
  ])("%s: %s", (value, expected) => expect(reasonFor(value)).toBe(expected));

  it("may be private and plain when development allows it, but never carries credentials", () => {
    const own = [
      "http://127.0.0.1:5173/webhook",
      "http://[::1]:1/",
      "http://localhost/",
      "http://a.localhost./",
    ];
    for (const url of [...own, "https://10.0.0.1:9000/", "https://hooks.example/"]) {
      expect([url, reasonFor(url, true)]).toEqual([url, "ok"]);
    }
    const foreign = [
      "http://hooks.example/",
      "http://8.8.8.8/",
      "http://10.0.0.1/",
      "http://localhost.example/",
    ];
    for (const url of foreign) expect([url, reasonFor(url, true)]).toEqual([url, "not_https"]);
    expect(reasonFor("http://user@127.0.0.1/", true)).toBe("has_credentials");
    expect(reasonFor("file:///etc/passwd", true)).toBe("not_https");
  });

  it("with an address passes only when that address is public, however it is spelled", () => {
    const spelled = fc.ipV4Extended().map((address) => `https://${address}/`);
    fc.assert(
      fc.property(fc.oneof(spelled, fc.webUrl({ validSchemes: ["https"] }), fc.string()), (value) => {
        const checked = checkWebhookUrl(value, false);
        if (checked.kind === "bad") return;
        const host = hostOf(checked.url);
        expect(checked.url.protocol).toBe("https:");
        expect(`${checked.url.username}${checked.url.password}`).toBe("");
        if (/^[\d.]+$|:/.test(host)) expect(isPublicAddress(host)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
