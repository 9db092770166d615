// Bodies of strangers: whatever arrives, it is a parsed value or one of the documented refusals.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HubError } from "../errors.ts";
import { readJson, withAliases } from "./body.ts";

const REFUSALS = new Set(["invalid_json", "payload_too_large", "unsupported_media_type"]);
const MAX_DEPTH = 64;

const posted = (body: Uint8Array<ArrayBuffer> | string | ReadableStream, type = "application/json") => {
  const init: RequestInit & { duplex: "half" } = {
    method: "POST",
    body,
    headers: { "Content-Type": type },
    duplex: "half",
  };
  return new Request("http://hub.example/", init);
};
const outcome = async (request: Request): Promise<unknown> => {
  try {
    return { value: await readJson(request) };
  } catch (failure) {
    if (!(failure instanceof HubError)) throw failure;
    return failure.code;
  }
};

const depthOf = (value: unknown): number =>
  typeof value === "object" && value !== null
    ? 1 + Math.max(0, ...Object.values(value).map((member) => depthOf(member)))
    : 0;

describe("readJson", () => {
  it("reads every JSON value that is not too deep as JSON.parse does", async () => {
    await fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 6, stringUnit: "grapheme" }), async (json) => {
        expect(await outcome(posted(json))).toEqual({ value: JSON.parse(json) });
      }),
    );
  });

  it("holds nothing that a database cannot store, in names and texts at any depth", async () => {
    const text = fc.string({
      unit: fc.constantFrom("\0", "\ud800", "\udc00", "😀", "a", "\\"),
      maxLength: 6,
    });
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(text, fc.array(tie("value"), { maxLength: 3 }), fc.dictionary(text, tie("value"))),
    }));
    const unstorable = /[\0\p{Surrogate}]/u;
    await fc.assert(
      fc.asyncProperty(value, async (body) => {
        const read = (await outcome(posted(JSON.stringify(body)))) as { value: unknown };
        const texts: string[] = [];
        JSON.stringify(read.value, (name, member: unknown) => {
          texts.push(name, typeof member === "string" ? member : "");
          return member;
        });
        expect(texts.filter((entry) => unstorable.test(entry))).toEqual([]);
        if (typeof body === "string") expect(read.value).toHaveLength(body.length);
      }),
    );
  });

  it("counts the depth of values, not the brackets in texts", async () => {
    const text = fc.string({ unit: fc.constantFrom("[", "{", "]", "}", '"', "\\", "a"), maxLength: 80 });
    const wrap = fc.array(fc.constantFrom("list", "object"), { minLength: 55, maxLength: 75 });
    await fc.assert(
      fc.asyncProperty(text, wrap, async (inner, wrappers) => {
        const value = wrappers.reduce<unknown>(
          (member, kind) => (kind === "list" ? [inner, member] : { [inner]: member }),
          inner,
        );
        const isTooDeep = depthOf(value) > MAX_DEPTH;
        expect(await outcome(posted(JSON.stringify(value)))).toEqual(isTooDeep ? "invalid_json" : { value });
      }),
    );
  });

  it("answers a value or a documented refusal for any bytes and any type", async () => {
    const type = fc.oneof(
      fc.constantFrom(
        "application/json",
        "application/problem+json",
        "text/plain",
        "application/json; charset=x",
      ),
      fc.stringMatching(/^[\x21-\x7e]{1,30}$/),
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), type, async (bytes, contentType) => {
        const result = await outcome(posted(bytes.slice(), contentType));
        if (typeof result === "string") expect(REFUSALS).toContain(result);
      }),
    );
  });

  it("does not care in which pieces a body arrives", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.json({ stringUnit: "grapheme" }),
        fc.array(fc.nat(200), { maxLength: 6 }),
        async (json, cuts) => {
          const bytes = new TextEncoder().encode(json);
          const at = [
            0,
            ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b),
            bytes.length,
          ];
          const pieces = at.slice(1).map((end, index) => bytes.slice(at[index], end));
          const stream = new ReadableStream({
            start(controller) {
              for (const part of pieces) if (part.byteLength > 0) controller.enqueue(part);
              controller.close();
            },
          });
          expect(await outcome(posted(stream))).toEqual({ value: JSON.parse(json) });
        },
      ),
    );
  });
});

describe("withAliases", () => {
  it("never loses a canonical member, and carries no prototype over", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom("a", "b", "__proto__", "c"), fc.jsonValue()), (body) => {
        const read = withAliases(body, { a: "b" }) as Record<string, unknown>;
        expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
        expect(Object.hasOwn(read, "__proto__")).toBe(false);
        if (Object.hasOwn(body, "b")) expect(read["b"]).toEqual(body["b"]);
        else if (Object.hasOwn(body, "a")) expect(read["b"]).toEqual(body["a"]);
        if (Object.hasOwn(body, "c")) expect(read["c"]).toEqual(body["c"]);
      }),
    );
  });
});
