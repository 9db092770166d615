import { describe, expect, it } from "vitest";
import { parseConfig } from "./config.ts";

const agent = { id: "a1", name: "Nova" };

describe("parseConfig", () => {
  it("fills every missing member with its default", () => {
    expect(parseConfig({ agent })).toEqual({
      agent,
      strings: {},
      branding: {
        primary_color: "#3b5bdb",
        logo_url: "",
        launcher_position: "br",
        launcher_label: "",
        launcher_size: 56,
        launcher_icon_url: "",
        privacy_notice: "",
        title: "",
        greeting: "",
        suggestions: [],
        color_scheme: "auto",
        radius: 20,
        font: "",
        density: "comfortable",
        mode: "floating",
        teaser: "",
        teaser_delay: 5,
        sound: false,
        image_hosts: [],
        locale: "",
      },
    });
  });

  it.each([
    ["primary_color", "red;} *{display:none", "#3b5bdb"],
    ["primary_color", "#ABCDEF", "#ABCDEF"],
    ["logo_url", "javascript:alert(1)", ""],
    ["logo_url", "http://acme.com/a.png", ""],
    ["logo_url", 'https://acme.com/a.png"onerror=1', ""],
    ["logo_url", "https://acme.com/a.png", "https://acme.com/a.png"],
    ["launcher_position", "middle", "br"],
    ["launcher_position", "tl", "tl"],
    ["launcher_label", "x".repeat(1_000_000), "x".repeat(40)],
    ["greeting", 12, ""],
    ["suggestions", "not a list", []],
    ["suggestions", ["a", 1, "", "b", null, "c", "d", "e"], ["a", "b", "c", "d"]],
    ["color_scheme", "neon", "auto"],
    ["radius", 1e9, 20],
    ["radius", "20", 20],
    ["launcher_size", 43, 56],
    ["launcher_size", 72, 72],
    ["launcher_icon_url", "data:image/svg+xml,x", ""],
    ["font", 'Inter, "Noto Sans", sans-serif', 'Inter, "Noto Sans", sans-serif'],
    ["font", "x; background: url(//evil.example)", ""],
    ["density", "dense", "comfortable"],
    ["mode", "inline", "floating"],
    ["mode", "side", "side"],
    ["teaser", "x".repeat(999), "x".repeat(120)],
    ["teaser", { html: "<b>" }, ""],
    ["teaser_delay", 0, 5],
    ["teaser_delay", 30, 30],
    ["sound", true, true],
    ["sound", "true", false],
    ["image_hosts", ["img.example", "cdn.example:8443"], ["img.example", "cdn.example:8443"]],
    [
      "image_hosts",
      ["*.example", "https://a.example", "a.example/x", "A.example", 1, "b.example"],
      ["b.example"],
    ],
    ["locale", "<b>", ""],
    ["locale", "pt-BR", "pt-BR"],
  ])("reads branding.%s %j as %j", (name, value, expected) => {
    const parsed = parseConfig({ agent, branding: { [name]: value } });
    expect(parsed?.branding).toHaveProperty(name, expected);
  });

  it("keeps a wrong branding or strings member from stopping the boot", () => {
    for (const junk of [null, 3, "x", []]) {
      expect(parseConfig({ agent, branding: junk, strings: junk })?.agent).toEqual(agent);
    }
  });

  it.each([[null], ["x"], [[]], [{}], [{ agent: { id: 1, name: "x" } }], [{ agent: null }]])(
    "refuses %j: there is no agent to talk to",
    (body) => {
      expect(parseConfig(body)).toBeNull();
    },
  );

  it("does not pollute prototypes", () => {
    const body: unknown = JSON.parse(
      '{"agent":{"id":"a","name":"n"},"strings":{"__proto__":"x"},"__proto__":{"p":1}}',
    );
    parseConfig(body);
    expect(Object.hasOwn(Object.prototype, "p")).toBe(false);
  });
});
