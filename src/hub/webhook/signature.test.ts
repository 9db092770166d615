import { createHmac } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bodySignature, canonicalJson, newWebhookSecret, signatureHeaders } from "./signature.ts";

describe("signatures of deliveries", () => {
  it("are the documented ones", () => {
    const body = canonicalJson({
      type: "call.incoming",
      data: { to_number: "web", from_number: "web", call_id: 987654321 },
    });
    expect(body).toBe(
      '{"data":{"call_id":987654321,"from_number":"web","to_number":"web"},"type":"call.incoming"}',
    );
    expect(bodySignature("whsec_test_secret", body)).toBe(
      "6ac33c9babca033396f81ec6ffc71fc5e6806c09687ab439f81e5a0b05f44040",
    );
  });

  it("carry id, time and one signature per secret", () => {
    const [first, second] = [newWebhookSecret(), newWebhookSecret()];
    const headers = signatureHeaders([first, second], { id: "msg_1", timestampS: 1_700_000_000, body: "{}" });
    const expected = [first, second].map((secret) => {
      const key = Buffer.from(secret.slice("whsec_".length), "base64");
      expect(key.byteLength).toBe(32);
      return `v1,${createHmac("sha256", key).update("msg_1.1700000000.{}").digest("base64")}`;
    });
    expect(headers).toEqual({
      "webhook-id": "msg_1",
      "webhook-timestamp": "1700000000",
      "webhook-signature": expected.join(" "),
      "X-ThunderPhone-Signature": createHmac("sha256", first).update("{}").digest("hex"),
    });
  });
});

describe("canonical JSON", () => {
  it.each([
    [{ b: 1, a: { d: [{ z: 1, y: null }], c: "ü" } }, '{"a":{"c":"ü","d":[{"y":null,"z":1}]},"b":1}'],
    [{ 10: 1, 9: 2 }, '{"10":1,"9":2}'],
    [{ a: undefined, b: false }, '{"b":false}'],
    ["text", '"text"'],
    [[], "[]"],
  ])("%j is written %s", (value, text) => expect(canonicalJson(value)).toBe(text));

  it("says the same as the value, and does not depend on the order of its members", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const text = canonicalJson(value);
        const again: unknown = JSON.parse(text);
        expect(again).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(again)).toBe(text);
      }),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.integer()), (members) => {
        const turned = Object.fromEntries(Object.entries(members).toReversed());
        expect(canonicalJson(turned)).toBe(canonicalJson(members));
      }),
    );
  });
});
