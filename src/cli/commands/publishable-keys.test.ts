import { describe, expect, it } from "vitest";
import type { PublishableKey } from "../../admin.ts";
import { foyer, json, reachHub, t } from "../testing.ts";

reachHub();

describe("foyer keys of the other dialect", () => {
  const DIALECT = ["--dialect", "publishable-key"];
  const mint = (...flags: string[]) =>
    json<PublishableKey>("keys", "create", ...DIALECT, "--domain", "a.example", ...flags);
  const all = () => json<PublishableKey[]>("keys", "list", ...DIALECT);
  const numberOf = (slug: string) => t.seed.agents.find((agent) => agent.slug === slug)?.number;

  it("create binds to an agent, however it is named, or to a webhook", async () => {
    expect(await mint("--agent", "echo")).toMatchObject({
      name: "Web Widget",
      mode: "agent",
      agent_id: numberOf("echo"),
    });
    const webhook = ["--mode", "webhook", "--webhook-url", "https://a.example/hook"];
    expect(await mint("--name", "Hook", ...webhook)).toMatchObject({
      name: "Hook",
      mode: "webhook",
      webhook_url: "https://a.example/hook",
    });
    expect(await mint(...webhook.slice(2))).toMatchObject({ mode: "webhook" });
    const flags = ["keys", "create", ...DIALECT, "--domain", "a.example"];
    expect((await foyer(...flags)).err).toMatch(/^foyer: invalid_request: .*agent_id/);
    expect((await foyer(...flags, "--agent", "nobody")).err).toMatch(/^foyer: agent_not_found: /);
    const { out } = await foyer(...flags, "--agent", "echo");
    expect(out).toMatch(/data-client-key="pk_live_demo_[a-z0-9]{26}"/);
  });

  it("list shows the whole key, what it is bound to and its state", async () => {
    const { id, key } = await mint("--agent", "echo");
    const row = (await foyer("keys", "list", ...DIALECT)).out.split("\n").find((line) => line.includes(key));
    expect(row).toMatch(
      new RegExp(`^${id} +Web Widget +${key} +a.example +agent ${numberOf("echo")} +active$`),
    );
    expect((await foyer("keys", "list")).out).not.toContain(key);
  });

  it("update, revoke and delete know a publishable key by its id", async () => {
    const { id } = await mint("--agent", "echo");
    const find = async () => (await all()).find((key) => key.id === id);
    await json("keys", "update", String(id), "--name", "New", "--domain", "b.example");
    expect(await find()).toMatchObject({ name: "New", allowed_domains: ["b.example"], mode: "agent" });
    await json("keys", "update", String(id), "--webhook-url", "https://a.example/hook");
    expect(await find()).toMatchObject({ mode: "webhook", agent_id: null });
    await json("keys", "update", String(id), "--agent", "support");
    expect(await find()).toMatchObject({ mode: "agent", agent_id: numberOf("support"), webhook_url: null });
    await json("keys", "revoke", String(id));
    expect(await find()).toMatchObject({ is_active: true, is_enabled: false });
    await json("keys", "update", String(id), "--enable");
    expect(await find()).toMatchObject({ is_enabled: true });
    await json("keys", "delete", String(id));
    expect(await find()).toMatchObject({ is_active: false });
  });

  it("transfer copies or moves a key to an org, by id or slug", async () => {
    const { id, key } = await mint("--agent", "support");
    const target = t.seed.orgs[1] ?? expect.fail("no second org");
    const copy = ["keys", "transfer", String(id), "--mode", "copy", "--org", target.slug];
    expect((await json<PublishableKey>(...copy, "--name", "There")).key).not.toBe(key);
    const move = ["keys", "transfer", String(id), "--mode", "move", "--org", String(target.id)];
    expect((await json<PublishableKey>(...move)).key).toBe(key);
    expect((await all()).map((found) => found.id)).not.toContain(id);
    const nowhere = await foyer("keys", "transfer", String(id), "--mode", "move", "--org", "nowhere");
    expect([nowhere.code, nowhere.err]).toEqual([1, expect.stringMatching(/^foyer: org_not_found: /)]);
  });

  it.each([
    [["create", "--name", "A", "--webhook-url", "https://a.example/"], "invalid_flag"],
    [["update", "some-id", "--webhook-url", "https://a.example/"], "invalid_flag"],
    [["update", "1", "--no-agent"], "invalid_flag"],
    [["update", "1", "--no-domain"], "invalid_flag"],
    [["update", "1"], "nothing_to_update"],
    [["create"], "missing_name"],
    [["transfer", "some-id", "--mode", "copy", "--org", "demo"], "not_transferable"],
  ])("%j is called wrongly: %s", async (args, code) => {
    const said = await foyer("keys", ...args);
    expect([said.code, said.err]).toEqual([2, expect.stringMatching(new RegExp(`^foyer: ${code}: `))]);
  });
});
