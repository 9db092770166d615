import { expect, it } from "vitest";
import { crowdsOf, isClean, joinReports, soakCrowd } from "../../e2e/soak/soak.ts";

const OPTIONS = { sessions: 12, turns: 4, faults: 0.2, seed: 7 };
const soak = async () => {
  const crowds = crowdsOf(OPTIONS).map((first) => soakCrowd(OPTIONS, first));
  return joinReports(await Promise.all(crowds));
};

it("a fifth of all requests fails and the hub dies now and then: no message is lost, doubled or altered, nobody is logged out, and it replays", async () => {
  const report = await soak();
  expect(report).toMatchObject({
    turns: 48,
    lost: 0,
    duplicated: 0,
    altered: 0,
    falseLogouts: 0,
    unhandled: 0,
  });
  expect([report.problems, isClean(report)]).toEqual([[], true]);
  expect(report.faultsHit / report.requests).toBeGreaterThan(0.1);
  expect(report.kills).toBeGreaterThan(0);
  expect((await soak()).digest).toBe(report.digest);
}, 120_000);
