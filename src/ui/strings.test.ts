import { describe, expect, test } from "vitest";
import { problemText, textsFor } from "./strings.ts";

const problem = (code: string) => ({ code, detail: "developer detail", retryable: true });

describe("texts", () => {
  test.each([
    ["default", {}, "Hi, I’m Nova. How can I help you today?"],
    ["own text", { greeting: "Ask {name}!" }, "Ask Nova!"],
    ["empty own text falls back", { greeting: "" }, "Hi, I’m Nova. How can I help you today?"],
    ["unknown names are ignored", { toString: "x", lancher: "y" }, "Hi, I’m Nova. How can I help you today?"],
    ["unknown placeholders stay", { greeting: "{name} {constructor}" }, "Nova {constructor}"],
  ])("%s", (_title, overrides, expected) => {
    expect(textsFor(overrides)("greeting", { name: "Nova" })).toBe(expected);
  });

  test("a value that looks like a placeholder is not filled again", () => {
    expect(textsFor({})("agent_said", { name: "{time}", time: "10:00" })).toBe("{time} said, 10:00");
  });
});

describe("problem sentences", () => {
  test.each([
    ["rate_limited", "That was a lot at once. Please try again later."],
    ["session_revoked", "This chat has ended. Reload the page to start again."],
    ["some_future_code", "Something went wrong. Please try again."],
    ["constructor", "Something went wrong. Please try again."],
  ])("%s", (code, sentence) => {
    expect(problemText(textsFor({}), problem(code))).toBe(sentence);
  });

  test("a missing problem has a sentence, and details for developers are never shown", () => {
    expect(problemText(textsFor({}), undefined)).toMatch(/went wrong/);
    expect(problemText(textsFor({}), problem("config_invalid"))).not.toContain("developer");
  });
});
