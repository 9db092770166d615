// Owns what goes wrong for one page of a soak: each request by its own seed, so that pages do not disturb each other.
import { createFaultLayer } from "../../src/hub/faults/layer.ts";
import { createRandom } from "../../src/hub/faults/random.ts";
import { parseFaultPlan, type FaultPlanInput } from "../../src/hub/faults/rules.ts";
import type { World } from "./world.ts";

type RuleInput = FaultPlanInput["rules"][number];
type Fetch = (request: Request) => Promise<Response>;

/** What hits any request. A refused key (403) is believed, as it should: the visitor has to press Retry. */
const ANYWHERE: RuleInput["fault"][] = [
  "drop_before",
  "drop_after",
  { kind: "cut", after_bytes: 150, ending: "drop" },
  { kind: "cut", after_bytes: 290, ending: "end" },
  { kind: "status", status: 403 },
  { kind: "status", status: 429, retry_after_s: 3 },
  { kind: "status", status: 500 },
  { kind: "status", status: 502 },
  { kind: "status", status: 503 },
  "junk",
  { kind: "html", status: 200 },
  { kind: "html", status: 502 },
  "empty",
  "truncated",
  "redirect",
  "hang",
];
const EXPIRY_SHARE = 0.06;
/** Where a hub may say "handled already" (409). Where a guest's session is renewed that would be the end of the guest. */
const CONFLICTS: RuleInput["route"][] = ["config", "guest", "exchange", "connect"];

/**
 * A way to the hub that disturbs `share` of all requests, 0 to 1. A part of them are tokens that end early (401 until
 * they are renewed), and "handled already" (409) for what the hub has never seen.
 */
export function disturbed(
  fetch: Fetch,
  world: World,
  share: number,
  seed: number,
): { fetch: Fetch; hits(): number } {
  const random = createRandom(seed);
  const each = (1 - (1 - share * (1 - EXPIRY_SHARE)) ** (1 / (ANYWHERE.length + 1))) * 100;
  const conflict = { kind: "status", status: 409 } as const;
  const rules: RuleInput[] = [
    ...CONFLICTS.map((route) => ({ route, percent: each, fault: conflict })),
    ...ANYWHERE.map((fault) => ({ route: "*" as const, percent: each, fault })),
  ];
  const layer = createFaultLayer({
    fetch,
    clock: world.clock,
    plan: parseFaultPlan({ seed: seed >>> 0, rules: share > 0 ? rules : [] }),
  });
  /** The token that ended early; none ends after it until another one was good for something. */
  let ended: string | null = null;
  let expiries = 0;
  return {
    hits: () => layer.hits().reduce((sum, count) => sum + count, expiries),
    async fetch(request) {
      const token = request.headers.get("Authorization");
      // A hub that refuses two tokens in a row means the visitor (R24), so it does not do that here.
      if (token !== null && ended === null && random() < share * EXPIRY_SHARE) {
        ended = token;
        expiries += 1;
        layer.expireSessionTokens();
      }
      const response = await layer.fetch(request);
      if (token !== null && token !== ended && response.ok) ended = null;
      return response;
    },
  };
}
