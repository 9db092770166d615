// What the browser reads from a stranger: for every input a reader answers null or something safe, and never throws.
import * as fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { parseAguiEvent } from "./agui.ts";
import { COLOR_SCHEMES, LAUNCHER_POSITIONS, parseConfig } from "./config.ts";
import { parseProblem } from "./problem.ts";
import { parseSession } from "./session.ts";

const ownNames = Object.getOwnPropertyNames(Object.prototype).length;
afterEach(() => expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(ownNames));

/** JSON as it comes over the wire, hostile names included. */
const foreign = fc.oneof(
  fc.jsonValue(),
  fc
    .constantFrom('{"__proto__":{"polluted":1}}', '{"constructor":{"prototype":{"polluted":1}}}')
    .map(fromJson),
);
function fromJson(text: string): unknown {
  return JSON.parse(text);
}

/** An object with these members, each of them right, wrong or missing. */
const membersLike = (right: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record(
    Object.fromEntries(Object.entries(right).map(([name, value]) => [name, fc.oneof(value, foreign)])),
    { requiredKeys: [] },
  );

describe("parseAguiEvent", () => {
  const text = fc.string();
  const TYPES = [
    "RUN_STARTED",
    "RUN_FINISHED",
    "RUN_ERROR",
    "STEP_STARTED",
    "STEP_FINISHED",
    "TEXT_MESSAGE_START",
    "TEXT_MESSAGE_CONTENT",
    "TEXT_MESSAGE_END",
    "TEXT_MESSAGE_CHUNK",
    "CUSTOM",
  ];
  const MEMBERS = ["threadId", "runId", "message", "code", "stepName", "messageId", "delta", "name"];
  const NAMES = new Set(["type", "role", "value", ...MEMBERS]);
  const event = fc
    .tuple(
      fc.constantFrom(...TYPES, "constructor", "__proto__", "toString"),
      membersLike({ ...Object.fromEntries(MEMBERS.map((name) => [name, text])), value: foreign, role: text }),
    )
    .map(([type, members]) => ({ type, ...members }));

  it("reads an event to known members with texts only, and reads its own answer as the same", () => {
    fc.assert(
      fc.property(event, (body) => {
        const read = parseAguiEvent(JSON.stringify(body));
        if (read === null) return;
        expect(TYPES).toContain(read.type);
        for (const [name, value] of Object.entries(read)) {
          expect(NAMES).toContain(name);
          if (name !== "value") expect(typeof value).toBe("string");
        }
        expect(parseAguiEvent(JSON.stringify(read))).toEqual(fromJson(JSON.stringify(read)));
      }),
    );
  });

  it("never throws", () => {
    const anything = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map((json) => json.slice(0, -1)),
    );
    fc.assert(fc.property(anything, (data) => parseAguiEvent(data) === null || data.startsWith("{")));
  });
});

describe("parseConfig", () => {
  const branding = membersLike({
    primary_color: fc.stringMatching(/^#?[\da-fA-F]{5,7}$/),
    logo_url: fc.oneof(fc.webUrl({ validSchemes: ["https", "http", "javascript"] }), fc.string()),
    launcher_position: fc.constantFrom(...LAUNCHER_POSITIONS, "middle"),
    launcher_label: fc.string({ maxLength: 100 }),
    greeting: fc.string({ maxLength: 1000 }),
    title: fc.string({ maxLength: 200 }),
    suggestions: fc.array(fc.oneof(fc.string(), foreign), { maxLength: 8 }),
    color_scheme: fc.constantFrom(...COLOR_SCHEMES, "sepia"),
    launcher_size: fc.oneof(fc.double(), fc.integer()),
    font: fc.oneof(fc.constantFrom("Inter, sans-serif"), fc.string()),
    radius: fc.oneof(fc.double(), fc.integer()),
    locale: fc.oneof(fc.constantFrom("de", "pt-BR"), fc.string()),
  });
  const config = fc.record({
    agent: fc.oneof(fc.record({ id: fc.string(), name: fc.string({ maxLength: 300 }) }), foreign),
    branding: fc.oneof(branding, foreign),
    strings: fc.oneof(fc.dictionary(fc.string(), fc.oneof(fc.string(), foreign)), foreign),
  });

  it("answers nothing that could break or dress up the page", () => {
    fc.assert(
      fc.property(config, (body) => {
        const read = parseConfig(fromJson(JSON.stringify(body)));
        if (read === null) return;
        const {
          primary_color,
          logo_url,
          radius,
          suggestions,
          launcher_size,
          teaser_delay,
          sound,
          ...others
        } = read.branding;
        expect(teaser_delay >= 1 && teaser_delay <= 300).toBe(true);
        expect(typeof sound).toBe("boolean");
        expect(primary_color).toMatch(/^#[\da-f]{6}$/i);
        expect(logo_url).toMatch(/^(https:\/\/[^\s"'<>\\]+)?$/i);
        expect(launcher_size >= 44 && launcher_size <= 72).toBe(true);
        expect(others.font).not.toMatch(/[;:(){}\\]/);
        expect(radius >= 0 && radius <= 32).toBe(true);
        expect(suggestions.length <= 4 && suggestions.every((line) => line.length <= 500)).toBe(true);
        expect(Object.values(others).every((value) => value.length <= 500)).toBe(true);
        expect(Object.values(read.strings).every((value) => typeof value === "string")).toBe(true);
      }),
    );
  });

  it("reads its own answer as the same", () => {
    fc.assert(
      fc.property(config, (body) => {
        const read = parseConfig(body);
        if (read !== null) expect(parseConfig(read)).toEqual(read);
      }),
    );
  });

  it("never throws", () => {
    fc.assert(fc.property(fc.anything(), (body) => typeof parseConfig(body) === "object"));
  });
});

describe("parseProblem and parseSession", () => {
  const problem = membersLike({
    code: fc.constantFrom("rate_limited", "Rate-Limited", "", "x".repeat(65)),
    detail: fc.string(),
    title: fc.string(),
    hint: fc.string(),
    retry_after: fc.oneof(fc.double(), fc.integer()),
  });

  it("a problem has a plain code, texts, and no wait into the past", () => {
    fc.assert(
      fc.property(fc.oneof(problem, foreign), (body) => {
        const read = parseProblem(body);
        if (read === null) return;
        expect(read.code).toMatch(/^[a-z_]{1,64}$/);
        expect(read.detail).not.toBe("");
        expect(read.detail.length <= 2000 && (read.hint ?? "").length <= 2000).toBe(true);
        if (read.retry_after !== undefined) expect(read.retry_after >= 0).toBe(true);
        expect(parseProblem(read)).toEqual(read);
      }),
    );
  });

  const session = membersLike({
    token: fc.string({ maxLength: 9000, size: "max" }),
    refresh_token: fc.string({ maxLength: 600, size: "max" }),
    expires_in: fc.double(),
    server_time: fc.string(),
    visitor: fc.record({
      id: fc.string(),
      type: fc.constantFrom("guest", "user", "root"),
      name: fc.string(),
    }),
  });

  it("a session has two tokens of bounded length and a visitor of a known type", () => {
    fc.assert(
      fc.property(fc.oneof(session, foreign), (body) => {
        const read = parseSession(body);
        if (read === null) return;
        expect(read.token.length > 0 && read.token.length <= 8192).toBe(true);
        expect(read.refresh_token.length > 0 && read.refresh_token.length <= 512).toBe(true);
        expect(["guest", "user"]).toContain(read.visitor.type);
        expect(["number", "undefined"]).toContain(typeof read.expires_in);
      }),
    );
  });

  it("never throw", () => {
    fc.assert(
      fc.property(fc.anything(), (body) => {
        parseProblem(body);
        parseSession(body);
      }),
    );
  });
});
