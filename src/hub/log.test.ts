import { expect, it } from "vitest";
import { redactingLog } from "./log.ts";
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
