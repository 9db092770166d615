// Owns which rules hit a request. Each rule has its own row of random numbers, so that rules do not disturb each other.
import { createRandom } from "./random.ts";
import type { FaultRoute } from "./routes.ts";
import type { FaultPlan, FaultRule } from "./rules.ts";

export interface Hit {
  rule: FaultRule;
  /** The next number in [0, 1) of this rule's row, for what is random inside of a fault. */
  random(): number;
}

export interface Dice {
  /** The rules that hit this request, in their order. */
  roll(route: FaultRoute): Hit[];
  /** How often each rule has hit, in their order. */
  hits(): number[];
}

/** Any odd number: neighbouring rules start far from each other. */
const SPREAD = 0x9e3779b1;

export function createDice({ seed, rules }: FaultPlan): Dice {
  const rows = rules.map((rule, index) => ({
    rule,
    count: 0,
    random: createRandom(seed + Math.imul(index + 1, SPREAD)),
  }));
  return {
    roll: (route) =>
      rows.filter((row) => {
        const { rule } = row;
        if (!rule.enabled || (rule.route !== "*" && rule.route !== route)) return false;
        if (row.random() * 100 >= rule.percent || row.count >= (rule.times ?? Infinity)) return false;
        row.count += 1;
        return true;
      }),
    hits: () => rows.map(({ count }) => count),
  };
}
