// Deliveries are signed here with node:crypto, as the hub does it; the helper under test verifies with web crypto.
import { createHmac } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newWebhookSecret, signatureHeaders } from "../hub/webhook/signature.ts";
import { verifyWebhook } from "./webhook.ts";
import type { VerifyWebhookInput } from "./webhook.ts";

const NOW_S = 1_800_000_000;
const SECRET = newWebhookSecret();
const BODY = '{"data":{"call_id":7,"from_number":"web","to_number":"web"},"type":"call.incoming"}';

function delivery({
  id = "msg_1",
  at = NOW_S,
  body = BODY,
  secrets = [SECRET] as [string, ...string[]],
} = {}) {
  return { headers: signatureHeaders(secrets, { id, timestampS: at, body }), rawBody: body };
}
const verify = (input: Partial<VerifyWebhookInput>) =>
  verifyWebhook({ secrets: [SECRET], ...delivery(), now: NOW_S * 1000, ...input });
const outcome = async (input: Partial<VerifyWebhookInput>) => {
  const verdict = await verify(input);
  return verdict.kind === "ok" ? "ok" : verdict.reason;
};
const withSignature = (signature: string) => ({
  headers: { ...delivery().headers, "webhook-signature": signature },
});
const genuine = delivery().headers["webhook-signature"] ?? "";

describe("N63 a delivery", () => {
  it("of the hub is genuine, as text and as bytes, with either kind of headers", async () => {
    const expected = { kind: "ok", id: "msg_1", event: JSON.parse(BODY) as unknown };
    expect(await verify({})).toEqual(expected);
    expect(await verify({ rawBody: Buffer.from(BODY) })).toEqual(expected);
    expect(await verify({ headers: new Headers(delivery().headers) })).toEqual(expected);
  });

  it.each([
    ["300 s old", -300, "ok"],
    ["301 s old", -301, "timestamp_out_of_range"],
    ["300 s in the future", 300, "ok"],
    ["301 s in the future", 301, "timestamp_out_of_range"],
  ])("%s", async (_case, offsetS, expected) =>
    expect(await outcome(delivery({ at: NOW_S + offsetS }))).toBe(expected),
  );

  it.each([
    ["wrong", "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="],
    ["missing", ""],
    ["truncated", genuine.slice(0, -8)],
    ["of another length", `${genuine.slice(0, -1)}AAAA`],
    ["of one byte", "v1,AA=="],
    ["empty", "v1,"],
    ["no base64", "v1,%%%%"],
    ["of another version", genuine.replace("v1,", "v2,")],
    ["in hex", `v1,${createHmac("sha256", SECRET).update(BODY).digest("hex")}`],
    ["of the body alone", `v1,${createHmac("sha256", SECRET).update(BODY).digest("base64")}`],
    ["behind a thousand others", `${"v1,AAAA ".repeat(1000)}${genuine}`],
  ])("whose signature is %s is refused", async (_case, signature) =>
    expect(await outcome(withSignature(signature))).toBe("signature_invalid"),
  );

  it("with one good signature among others is genuine", async () => {
    expect(await outcome(withSignature(`v1a,x v1,AAAA ${genuine}`))).toBe("ok");
  });

  it("is accepted only for a listed secret, of which there may be two", async () => {
    const [before, after] = [newWebhookSecret(), newWebhookSecret()];
    expect(await outcome({ ...delivery({ secrets: [after] }), secrets: [before, after] })).toBe("ok");
    expect(await outcome({ ...delivery({ secrets: [after, before] }), secrets: [before] })).toBe("ok");
    expect(await outcome({ ...delivery({ secrets: [after] }), secrets: [before] })).toBe("signature_invalid");
    for (const secrets of [
      [],
      [""],
      ["whsec_"],
      ["whsec_not base64!"],
      [SECRET.slice("whsec_".length, -4)],
    ]) {
      expect(await outcome({ secrets })).toBe("signature_invalid");
    }
  });

  it("whose id was seen is a replay; ids of forged deliveries are not remembered", async () => {
    const seen = new Map<string, number>();
    const remember = (id: string, untilMs: number) => {
      const isNew = !seen.has(id);
      seen.set(id, untilMs);
      return isNew;
    };
    expect(await outcome({ remember, ...withSignature("v1,AAAA") })).toBe("signature_invalid");
    expect(await outcome({ remember, ...delivery({ at: NOW_S - 301 }) })).toBe("timestamp_out_of_range");
    expect(seen.size).toBe(0);
    expect(await outcome({ remember })).toBe("ok");
    expect(await outcome({ remember: async (id, untilMs) => remember(id, untilMs) })).toBe("replayed");
    expect([...seen]).toEqual([["msg_1", (NOW_S + 300) * 1000]]);
  });

  it.each(["webhook-id", "webhook-timestamp"])("without %s is refused", async (name) => {
    const { [name]: _left, ...headers } = delivery().headers;
    expect(await outcome({ headers })).toBe("headers_invalid");
    expect(await outcome({ headers: { ...headers, [name]: ["msg_1", "msg_2"] } })).toBe("headers_invalid");
  });

  it.each([
    ["webhook-id", "msg.1"],
    ["webhook-id", "x".repeat(129)],
    ["webhook-timestamp", `${NOW_S}.5`],
    ["webhook-timestamp", "-1"],
    ["webhook-timestamp", "0x6b49d200"],
    ["webhook-timestamp", "NaN"],
  ])("with %s: %s is refused", async (name, value) =>
    expect(await outcome({ headers: { ...delivery().headers, [name]: value } })).toBe("headers_invalid"),
  );

  it.each([
    ["webhook-id", "msg_2"],
    ["webhook-timestamp", String(NOW_S - 1)],
  ])("sent again with another %s is refused", async (name, value) =>
    expect(await outcome({ headers: { ...delivery().headers, [name]: value } })).toBe("signature_invalid"),
  );

  it("that is genuine but says nothing known is told apart", async () => {
    for (const body of [
      "",
      "null",
      "[]",
      "{",
      '{"type":"call.complete","data":{}}',
      '{"type":"call.incoming"}',
    ]) {
      expect(await outcome(delivery({ body }))).toBe("event_unknown");
    }
  });

  it("is refused as soon as one character of it is another", async () => {
    const { headers, rawBody } = delivery();
    await fc.assert(
      fc.asyncProperty(
        fc.nat(rawBody.length - 1),
        fc.string({ minLength: 1, maxLength: 1 }),
        async (at, char) => {
          fc.pre(rawBody.charAt(at) !== char);
          const changed = rawBody.slice(0, at) + char + rawBody.slice(at + 1);
          expect(await outcome({ headers, rawBody: changed })).toBe("signature_invalid");
        },
      ),
    );
  });

  it("never throws for what a stranger sends", async () => {
    const header = fc.oneof(fc.string(), fc.constant(undefined), fc.array(fc.string()));
    const names = ["webhook-id", "webhook-timestamp", "webhook-signature"] as const;
    const headers = fc.record({ [names[0]]: header, [names[1]]: header, [names[2]]: header });
    await fc.assert(
      fc.asyncProperty(headers, fc.uint8Array(), async (foreign, rawBody) => {
        expect((await verify({ headers: foreign, rawBody })).kind).toBe("refused");
      }),
    );
  });
});
