import { describe, expect, it } from "vitest";
import type { FoyerProblem } from "./problem.ts";
import { judge, type Operation } from "./retry.ts";

const refused = (status: number, extra: Partial<FoyerProblem> = {}): FoyerProblem => ({
  code: "x",
  detail: "",
  status,
  retryable: status === 408 || status === 425 || status === 429 || status >= 500,
  ...extra,
});
const network: FoyerProblem = { code: "hub_unreachable", detail: "", retryable: true };
const badBody = refused(200, { code: "bad_answer", retryable: true });
const half = () => 0.5;

const COLUMNS = ["bootstrap", "exchange", "refresh", "send"] as const;
it.each([
  ["network", network, ["retry", "retry", "retry", "retry"]],
  ["a bad body", badBody, ["retry", "retry", "retry", "retry"]],
  ["400", refused(400), ["dead", "rehandshake", "rehandshake", "stop"]],
  ["401", refused(401), ["dead", "rehandshake", "rehandshake", "stop"]],
  ["403", refused(403), ["dead", "dead", "dead", "dead"]],
  ["404", refused(404), ["dead", "dead", "rehandshake", "new_thread"]],
  ["408", refused(408), ["retry", "retry", "retry", "retry"]],
  ["409", refused(409), ["retry", "rehandshake", "rehandshake", "reload"]],
  ["413", refused(413), ["dead", "dead", "dead", "stop"]],
  ["415", refused(415), ["dead", "dead", "dead", "stop"]],
  ["422", refused(422), ["dead", "dead", "dead", "stop"]],
  ["425", refused(425), ["retry", "retry", "retry", "retry"]],
  ["429", refused(429), ["retry", "retry", "retry", "retry"]],
  ["500", refused(500), ["retry", "retry", "retry", "retry"]],
  ["418", refused(418), ["dead", "dead", "dead", "stop"]],
] as const)("the first %s", (_, problem, expected) => {
  expect(COLUMNS.map((operation) => judge(operation, problem, 0, half).kind)).toEqual(expected);
});

describe("how often", () => {
  it.each([
    ["bootstrap", 8],
    ["exchange", 8],
    ["send", 3],
  ] as const)("%s is tried %i times, then not unasked", (operation, tries) => {
    expect(judge(operation, network, tries - 2, half).kind).toBe("retry");
    expect(judge(operation, network, tries - 1, half).kind).toBe("stop");
  });

  it("refresh never gives up for a passing failure", () => {
    expect(judge("refresh", network, 10_000, half).kind).toBe("retry");
  });

  it("a conflict is repeated once after 250 ms", () => {
    expect(judge("bootstrap", refused(409), 0, half)).toEqual({ kind: "retry", delayMs: 250 });
    expect(judge("bootstrap", refused(409), 1, half).kind).toBe("dead");
  });
});

const delayOf = (
  operation: Operation,
  problem: FoyerProblem,
  attempt: number,
  random: () => number,
): number => {
  const verdict = judge(operation, problem, attempt, random);
  return verdict.kind === "retry" ? verdict.delayMs : Number.NaN;
};

describe("how long", () => {
  it.each([
    [0, 1_000],
    [1, 2_000],
    [5, 32_000],
    [6, 60_000],
    [1_000, 60_000],
  ])("after %i failures at most %i ms, at least nothing", (attempt, capMs) => {
    expect(delayOf("refresh", network, attempt, () => 1)).toBe(capMs);
    expect(delayOf("refresh", network, attempt, () => 0)).toBe(0);
  });

  it.each([
    [7_000, 0, 7_000],
    [7_000, 1, 8_750],
    [0, 0, 0],
    [1e12, 1, 300_000],
  ])("Retry-After %i ms with jitter %i waits %i ms", (retryAfterMs, random, expected) => {
    expect(delayOf("refresh", refused(429, { retryAfterMs }), 0, () => random)).toBe(expected);
  });

  it("backoff longer than Retry-After wins", () => {
    expect(delayOf("refresh", refused(503, { retryAfterMs: 10 }), 3, () => 1)).toBe(10_000);
  });

  it("N35 200 clients told the same second spread: no second holds more than 15 % at 30 s", () => {
    const buckets = new Map<number, number>();
    for (let client = 0; client < 200; client++) {
      const second = Math.floor(
        delayOf("send", refused(429, { retryAfterMs: 30_000 }), 0, () => client / 200) / 1000,
      );
      buckets.set(second, (buckets.get(second) ?? 0) + 1);
    }
    expect(Math.max(...buckets.values())).toBeLessThanOrEqual(30);
  });
});
