// The management API as a Python program with only the standard library meets it.
import { spawnSync } from "node:child_process";
import { expect, test } from "./fixtures.ts";
import { ensurePython } from "./tools.ts";

interface Key {
  id: string;
  name: string;
  public_key?: string;
  domain_allowlist: string[];
  disabled_at: string | null;
}

function runKeys(hub: string, secretKey: string) {
  const { status, stdout, stderr } = spawnSync(ensurePython(), ["e2e/python/keys.py", hub], {
    encoding: "utf8",
    env: { ...process.env, FOYER_SECRET_KEY: secretKey },
  });
  const lines = stdout.trim().split("\n").filter(Boolean);
  const steps = lines.map((line) => JSON.parse(line) as { step: string; result: unknown });
  return {
    status,
    stderr,
    steps,
    resultOf: (name: string) => steps.find(({ step }) => step === name)?.result,
  };
}

test("a Python program lists, creates, updates, revokes and deletes widget keys", ({ product }) => {
  const { status, stderr, steps, resultOf } = runKeys(product.hub, product.secret_key);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(steps.map(({ step }) => step)).toEqual([
    "create",
    "list",
    "update",
    "revoke",
    "delete",
    "delete again",
  ]);

  const created = resultOf("create") as Key;
  expect(created).toMatchObject({
    public_key: expect.stringMatching(/^pk_live_demo_[a-z0-9]{26}$/),
    domain_allowlist: ["shop.example", "*.shop.example"],
  });
  const list = resultOf("list") as Key[];
  expect(list[0]?.id).toBe(created.id);
  expect(JSON.stringify(list)).not.toContain(created.public_key);
  expect(resultOf("update")).toMatchObject([{ name: "Renamed", domain_allowlist: ["localhost:*"] }]);
  expect(resultOf("revoke")).toMatchObject([{ disabled_at: expect.any(String) }]);
  expect(resultOf("delete")).toEqual([]);
  expect(resultOf("delete again")).toEqual({
    status: 404,
    code: "not_found",
    request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
});

test("a wrong secret key is a typed error that does not show it", ({ product }) => {
  const { status, stderr } = runKeys(product.hub, "sk_live_demo_wrongwrongwrong");
  expect(status).toBe(1);
  expect(stderr).toContain("HubError");
  expect(stderr).not.toContain("wrongwrongwrong");
});
