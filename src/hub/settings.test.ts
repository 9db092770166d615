import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as v from "valibot";
import { parseBranding } from "../protocol/config.ts";
import { updateWidgetSettingsRequest } from "../protocol/settings.ts";
import type { WidgetSettings } from "../protocol/settings.ts";
import { codeOf, createTestHub, readBody } from "./testing/harness.ts";
import type { TestHub } from "./testing/harness.ts";

const SETTINGS = "/api/v1/widget-settings";

let t: TestHub;
beforeAll(async () => {
  t = await createTestHub();
}, 60_000);
afterAll(() => t.hub.close());
beforeEach(async () => {
  await change(NOTHING);
  await change({ ...NOTHING, widget_enabled: true, auth_mode: "both" }, agentPath("support"));
});

const change = (body: unknown, path = SETTINGS) => t.manage(path, { method: "PATCH", body });
const read = async () => readBody<WidgetSettings>(await t.manage(SETTINGS));
const config = (options = {}) => t.call(`/api/v1/widget/config?client_key=${t.widgetKey}`, options);
const agentPath = (slug: string) =>
  `/api/v1/agents/${t.seed.agents.find((agent) => agent.slug === slug)?.id ?? ""}/widget-settings`;

/** A value for every member that is not its default. */
const EVERYTHING = {
  primary_color: "#aB12ef",
  accent_color: "#000000",
  logo_url: "https://cdn.example.com/logo.png",
  launcher_position: "tl",
  launcher_label: "Ask us",
  launcher_size: 64,
  launcher_icon_url: "https://cdn.example.com/icon.svg",
  privacy_notice: "An AI answers.",
  title: "Help",
  greeting: "Hello!",
  suggestions: ["One?", "Two?"],
  color_scheme: "dark",
  radius: 0,
  font: "Inter, sans-serif",
  density: "compact",
  mode: "side",
  teaser: "Not sure about the size?",
  teaser_delay: 20,
  sound: true,
  image_hosts: ["img.example"],
  locale: "de-AT",
};
const NOTHING = Object.fromEntries(Object.keys(EVERYTHING).map((member) => [member, null]));

/** What only accounts have, and no page is told. */
const MERGE = { merge_guest_threads: true };

describe("the account's settings", () => {
  it("show what is in force, defaults included", async () => {
    const settings = await read();
    expect(Object.keys(settings).toSorted()).toEqual(Object.keys({ ...EVERYTHING, ...MERGE }).toSorted());
    expect(settings).toMatchObject({ primary_color: "#3b5bdb", accent_color: null, radius: 20 });
  });

  it("change member by member, reach the page, and go back to the default by null", async () => {
    const before = await read();
    const etag = (await config()).headers.get("ETag") ?? "";
    expect(await readBody(await change({ title: "Help" }))).toEqual({ ...before, title: "Help" });
    expect((await config({ headers: { "If-None-Match": etag } })).status).toBe(200);
    const all = { ...EVERYTHING, ...MERGE };
    expect(await readBody(await change({ ...all, id: 1, unknown: "x" }))).toEqual(all);
    expect(await read()).toEqual(all);
    expect(await readBody(await config())).toMatchObject({ branding: EVERYTHING });
    expect(await readBody(await change({ ...NOTHING, merge_guest_threads: null }))).toEqual({
      ...parseBranding({}),
      accent_color: null,
      merge_guest_threads: false,
    });
    expect(Object.keys((await readBody<{ branding: object }>(await config())).branding)).not.toContain(
      "accent_color",
    );
    expect(await readBody(await change({}))).toEqual(await read());
  });

  it.each<[string, unknown]>([
    ["primary_color", "red"],
    ["primary_color", "#fff"],
    ["accent_color", "#00000g"],
    ["logo_url", "http://a.com/x.png"],
    ["logo_url", "javascript:alert(1)"],
    ["logo_url", "data:image/png;base64,AA"],
    ["launcher_position", "middle"],
    ["launcher_label", "x".repeat(41)],
    ["privacy_notice", 7],
    ["title", "x".repeat(81)],
    ["greeting", "x".repeat(501)],
    ["suggestions", ["1", "2", "3", "4", "5"]],
    ["suggestions", [""]],
    ["suggestions", "one"],
    ["color_scheme", "sepia"],
    ["radius", 33],
    ["radius", -1],
    ["radius", "20"],
    ["launcher_size", 73],
    ["launcher_icon_url", "http://a.com/x.svg"],
    ["font", "x;y"],
    ["density", "dense"],
    ["mode", "inline"],
    ["teaser", "x".repeat(121)],
    ["teaser_delay", 0],
    ["teaser_delay", "5"],
    ["sound", "on"],
    ["image_hosts", ["*.example.com"]],
    ["image_hosts", "img.example"],
    ["locale", "de AT"],
    ["merge_guest_threads", "yes"],
  ])("%s = %j is refused by name, and nothing is stored", async (member, value) => {
    const before = await read();
    const response = await change({ greeting: "changed", [member]: value });
    expect(await response.json()).toMatchObject({
      status: 400,
      code: "invalid_request",
      errors: { [member]: [expect.any(String)] },
    });
    expect(await read()).toEqual(before);
  });

  it("two changes of different members at once are both kept", async () => {
    await Promise.all([change({ title: "A" }), change({ greeting: "B" })]);
    expect(await read()).toMatchObject({ title: "A", greeting: "B" });
  });

  it("whatever is accepted is shown as it was written", () => {
    const { accent_color: _accent, ...rest } = v.parse(updateWidgetSettingsRequest, EVERYTHING);
    expect(parseBranding(rest)).toEqual(rest);
    const limits = {
      launcher_label: "x".repeat(40),
      privacy_notice: "x".repeat(500),
      title: "x".repeat(80),
      greeting: "x".repeat(500),
      suggestions: Array.from({ length: 4 }, () => "x".repeat(500)),
      radius: 32,
      locale: "x".repeat(35),
      logo_url: `https://${"x".repeat(2000)}`,
    };
    expect(parseBranding(v.parse(updateWidgetSettingsRequest, limits))).toMatchObject(limits);
  });

  it("belong to the key's account; another method is 405, no key 401, no object 400", async () => {
    const other = await t.hub.createOrg({ slug: "other_account" });
    await change({ title: "Ours" });
    expect(await readBody(await t.manage(SETTINGS, { token: other.secret_key }))).toMatchObject({
      title: "",
    });
    expect(await codeOf(await t.manage(SETTINGS, { method: "DELETE" }))).toEqual([405, "method_not_allowed"]);
    expect(await codeOf(await t.call(SETTINGS, { origin: null }))).toEqual([401, "missing_bearer"]);
    expect(await codeOf(await change([]))).toEqual([400, "invalid_request"]);
  });
});

describe("an agent's settings", () => {
  const guest = (agent: string) =>
    t.call("/api/v1/widget/auth/guest", { body: { client_key: t.widgetKey, agent_id: agent } });

  it("start open to everybody, and change one by one", async () => {
    const path = agentPath("echo");
    const start = { ...NOTHING, widget_enabled: true, auth_mode: "both" };
    expect(await readBody(await t.manage(path))).toEqual(start);
    const users = { ...start, auth_mode: "user" };
    expect(await readBody(await change({ auth_mode: "user" }, path))).toEqual(users);
    expect(await readBody(await change({}, path))).toEqual(users);
    expect(await readBody(await change({ widget_enabled: false }, path))).toEqual({
      ...users,
      widget_enabled: false,
    });
  });

  it("its own looks win over the account's member by member; null follows the account again", async () => {
    const path = agentPath("support");
    const branding = async () => (await readBody<{ branding: WidgetSettings }>(await config())).branding;
    await change({ title: "Ours", radius: 4, accent_color: "#111111" });
    const own = await readBody(await change({ title: "", radius: 8 }, path));
    expect(own).toMatchObject({ ...NOTHING, title: "", radius: 8 });
    expect(await readBody(await t.manage(path))).toEqual(own);
    expect(await branding()).toMatchObject({ title: "", radius: 8, accent_color: "#111111" });
    expect(await readBody(await t.manage(SETTINGS))).toMatchObject({ title: "Ours", radius: 4 });
    await change({ title: null }, path);
    expect(await branding()).toMatchObject({ title: "Ours", radius: 8 });
    expect(await readBody(await change(EVERYTHING, path))).toMatchObject(EVERYTHING);
    expect(await branding()).toEqual(EVERYTHING);
    expect(await readBody(await change(NOTHING, path))).toMatchObject(NOTHING);
    expect(await branding()).toMatchObject({ title: "Ours", radius: 4 });
  });

  it("two changes of different members at once are both kept", async () => {
    const path = agentPath("echo");
    await Promise.all([change({ title: "A" }, path), change({ greeting: "B" }, path)]);
    expect(await readBody(await t.manage(path))).toMatchObject({ title: "A", greeting: "B" });
  });

  it("N12 auth_mode user refuses guests with guest_not_allowed, and the page knows before it asks", async () => {
    await change({ auth_mode: "user" }, agentPath("support"));
    expect(await readBody(await config())).toMatchObject({ auth_modes: ["user"] });
    expect(await codeOf(await guest("support"))).toEqual([403, "guest_not_allowed"]);
    expect((await t.user("u1")).visitor.type).toBe("user");
    await change({ auth_mode: "guest" }, agentPath("support"));
    expect(await readBody(await config())).toMatchObject({ auth_modes: ["guest"] });
    expect((await guest("support")).status).toBe(200);
    await expect(t.user("u1")).rejects.toThrow(/user_not_allowed/);
  });

  it("widget_enabled false stops config, sessions and messages", async () => {
    const session = await t.guest();
    await change({ widget_enabled: false }, agentPath("support"));
    expect(await codeOf(await config())).toEqual([403, "agent_disabled"]);
    expect(await codeOf(await guest("support"))).toEqual([403, "agent_disabled"]);
    const said = await t.connect(session, { thread: "t1", say: [["m1", "hi"]] });
    expect(await codeOf(said)).toEqual([403, "agent_disabled"]);
    await change({ widget_enabled: true }, agentPath("support"));
    expect((await config()).status).toBe(200);
  });

  it.each([{ auth_mode: "nobody" }, { widget_enabled: "no" }, { auth_mode: null }, { radius: 99 }, [], "x"])(
    "%j is refused",
    async (body) =>
      expect(await codeOf(await change(body, agentPath("echo")))).toEqual([400, "invalid_request"]),
  );

  it("another account's agent is not found", async () => {
    const other = await t.hub.createOrg({ slug: "other" });
    for (const options of [{}, { method: "PATCH", body: { widget_enabled: false } }]) {
      const response = await t.manage(agentPath("echo"), { ...options, token: other.secret_key });
      expect(await codeOf(response)).toEqual([404, "not_found"]);
    }
    expect((await t.manage("/api/v1/agents/nope/widget-settings")).status).toBe(404);
  });
});
