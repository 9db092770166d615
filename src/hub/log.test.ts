import { expect, it } from "vitest";
import { redact, redactingLog } from "./log.ts";
import type { HubLogLine } from "./log.ts";

it.each([
  ["sk_live_demo_abc123"],
  ["pk_live_demo_foyerdemositewidgetkey0001"],
  ["eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"],
  ["rt_0123456789abcdefghijklmnopqrstuvwxyz-_ABCDE"],
  ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw+/8x4e2C4a0="],
])("takes %s out of a line, wherever it stands", (secret) => {
  const lines: HubLogLine[] = [];
  redactingLog((line) => lines.push(line))({
    level: "error",
    event: "request",
    path: `/x/${secret}?y=${secret}`,
    reason: `Error: "Bearer ${secret}" at postgres://user:${secret}@host/db`,
    status: 500,
  });
  expect(lines).toEqual([expect.objectContaining({ level: "error", event: "request", status: 500 })]);
  expect(JSON.stringify(lines)).not.toContain(secret);
  expect(lines[0]?.["path"]).toMatch(/^\/x\/.*redacted/);
});

it.each(["%22", "%7b", "%7C", "_", "=", "key_"])(
  "takes secrets out that follow %s, as in addresses",
  (before) => {
    const clean = redact(`/x/${before}sk_live_abc/${before}rt_abc/${before}eyJhbGciOiJFUzI1NiJ9.eyJ9.c2ln`);
    expect(clean).not.toMatch(/abc|eyJ/);
  },
);

it("leaves what only looks like a secret", () => {
  expect(redact("/task_list/part_2/short_name")).toBe("/task_list/part_2/short_name");
});
