import { describe, expect, it } from "vitest";
import { allAgentKeys, parseAgentKeys } from "./agent-keys.ts";

const env = {
  OPENAI_API_KEY: "o",
  OTHER_API_KEY: "x",
  EMPTY_API_KEY: "",
  DATABASE_URL: "postgres://",
  none: "n",
};

describe("keys of the environment for agents", () => {
  it("in development are all that an agent can name, for any address", () => {
    expect(allAgentKeys(env)).toEqual([
      { name: "OPENAI_API_KEY", value: "o", origin: null },
      { name: "OTHER_API_KEY", value: "x", origin: null },
    ]);
  });

  it.each([undefined, "", " , "])("in production are none without a setting (%j)", (list) => {
    expect(parseAgentKeys(list, env)).toEqual([]);
  });

  it("in production are those that are named, each for its address; one key may have several", () => {
    const list = "OPENAI_API_KEY=https://api.openai.com, OPENAI_API_KEY=https://EU.example:8443";
    expect(parseAgentKeys(list, env)).toEqual([
      { name: "OPENAI_API_KEY", value: "o", origin: "https://api.openai.com" },
      { name: "OPENAI_API_KEY", value: "o", origin: "https://eu.example:8443" },
    ]);
  });

  it.each([
    "OPENAI_API_KEY",
    "OPENAI_API_KEY=",
    "OPENAI_API_KEY=http://api.openai.com",
    "OPENAI_API_KEY=https://api.openai.com/v1",
    "OPENAI_API_KEY=https://me@api.openai.com",
    "OPENAI_API_KEY=https://[",
    "DATABASE_URL=https://api.openai.com",
    "=https://api.openai.com",
  ])("%s is no entry", (list) => {
    expect(parseAgentKeys(list, env)).toMatch(/NAME_API_KEY=https:\/\/host/);
  });

  it.each(["MISSING_API_KEY", "EMPTY_API_KEY"])("%s, which is not set, is told by name", (name) => {
    expect(parseAgentKeys(`${name}=https://a.example`, env)).toBe(
      `FOYER_AGENT_KEYS names ${name}, which is not set`,
    );
  });
});
