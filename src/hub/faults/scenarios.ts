// Owns the ready-made troubles: rules and actions under a name. Applies nothing.
import { parseFaultPlan } from "./rules.ts";
import type { FaultPlanInput, FaultRule } from "./rules.ts";

/** What happens once, in contrast to rules, which stay. */
export const FAULT_ACTIONS = {
  "expire-session-tokens": "Expire session tokens",
  "expire-refresh-tokens": "Expire refresh tokens",
  "revoke-keys": "Revoke keys",
  "restore-keys": "Bring keys back",
  "break-streams": "Break open streams",
  restart: "Restart the hub",
} as const;
export type FaultAction = keyof typeof FAULT_ACTIONS;

export interface Scenario {
  id: string;
  title: string;
  /** What a visitor should meet. */
  expect: string;
  /** Replace all rules. */
  rules: readonly FaultRule[];
  action: FaultAction | null;
}

const scenario = (
  about: Pick<Scenario, "id" | "title" | "expect">,
  { rules = [], action = null }: { rules?: FaultPlanInput["rules"]; action?: FaultAction | null },
): Scenario => ({ ...about, rules: parseFaultPlan({ rules }).rules, action });

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    {
      id: "offline-hub",
      title: "Offline hub",
      expect: "No launcher on new pages; an open panel keeps what is written, with Retry.",
    },
    { rules: [{ route: "*", fault: "drop_before" }] },
  ),
  scenario(
    { id: "slow-3g", title: "Slow 3G", expect: "Everything works, later; no request is given up." },
    {
      rules: [
        { route: "*", fault: { kind: "latency", ms: 400, jitter_ms: 200 } },
        { route: "*", fault: { kind: "drip", bytes: 5000, every_ms: 100 } },
      ],
    },
  ),
  scenario(
    {
      id: "flaky",
      title: "Flaky 20 %",
      expect: "No message is lost, doubled or changed; nobody is logged out.",
    },
    {
      rules: [
        { route: "*", percent: 6, fault: "drop_before" },
        { route: "*", percent: 6, fault: "drop_after" },
        { route: "*", percent: 5, fault: { kind: "status", status: 503, retry_after_s: 1 } },
        { route: "*", percent: 3, fault: { kind: "html", status: 502 } },
      ],
    },
  ),
  scenario(
    {
      id: "token-expiry",
      title: "Token expiry",
      expect: "The next message refreshes the session and arrives once. The visitor sees nothing of it.",
    },
    { action: "expire-session-tokens" },
  ),
  scenario(
    {
      id: "key-revoked",
      title: "Key revoked",
      expect: "The chat says that it is not available; what was said stays readable.",
    },
    { action: "revoke-keys" },
  ),
  scenario(
    {
      id: "proxy-html",
      title: "Proxy HTML",
      expect: "Pages of a proxy are never taken for answers; it is tried again.",
    },
    { rules: [{ route: "*", fault: "html" }] },
  ),
  scenario(
    {
      id: "restart",
      title: "Restart",
      expect: "An answer that was being made is told as cut off; the conversation goes on.",
    },
    { action: "restart" },
  ),
];
