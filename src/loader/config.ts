// Owns the one request before the launcher shows: the bootstrap config, with retries where a retry can help.
import type { LauncherLook } from "../ui/launcher.ts";
import { report } from "./report.ts";
import type { Tag } from "./tag.ts";

const VIOLATION = "securitypolicyviolation";
const MAX_TRIES = 8;
/** A short break of the network is nothing to tell; a policy of the page does not change. */
const TRIES_UNTOLD = 3;
const STOPPED = MAX_TRIES + 1;
const TIMEOUT_MS = 10_000;
const MAX_WAIT_S = 300;
/** The longest of the waits, before the eighth try, stays below a minute. */
const BACKOFF_BASE = 1.9;

/** What may be in a foreign answer; every read goes through `?.` and a check of the value. */
type Foreign = {
  agent?: { name?: unknown } | null;
  branding?: Record<string, unknown> | null;
  /** Goes into a text only. */
  code?: string;
  detail?: unknown;
  hint?: unknown;
} | null;

const pick = (value: unknown, shape: RegExp, byDefault: string): string =>
  shape.exec(`${value}`)?.[0] ?? byDefault;

/** Picks what the launcher needs; anything senseless becomes the default. Null without an agent to talk to. */
export function readLook(config: Foreign): LauncherLook | null {
  const name = config?.agent?.name;
  const branding = config?.branding;
  return typeof name !== "string"
    ? null
    : {
        color: pick(branding?.["primary_color"], /^#[\da-f]{6}$/i, "#3b5bdb"),
        position: pick(branding?.["launcher_position"], /^[bt][lr]$/, "br"),
        label: pick(branding?.["launcher_label"] ?? "", /^.{0,40}/, ""),
        size: Number(branding?.["launcher_size"]) || 56,
        name: `Chat with ${name.slice(0, 80)}`,
      };
}

/**
 * Fetches the config and hands it over with the launcher's look. Network failures, timeouts, 408, 425, 429, 5xx and
 * what should be a config but is no JSON are tried again, 8 tries in all, with full jitter (1 s to 60 s; `Retry-After`
 * obeyed up to 5 min), and reported at the third.
 * What fails offline is no try: the next one comes with the connection. What the page's own policy blocks is tried no
 * further. Any other answer is final and reported. Returns what aborts the request, ends the retries, and clears timer and
 * listeners.
 */
export function fetchConfig(
  { apiUrl, clientKey, agent }: Pick<Tag, "apiUrl" | "clientKey" | "agent">,
  onConfig: (raw: unknown, look: LauncherLook) => void,
): () => void {
  let timer: ReturnType<typeof setTimeout>;
  let request: AbortController;
  let tries = 0;
  let limit = MAX_TRIES;
  const query = new URLSearchParams({ client_key: clientKey, agent: agent ?? "" });
  const onViolation = ({ blockedURI }: SecurityPolicyViolationEvent) => {
    if (blockedURI.startsWith(apiUrl)) limit = TRIES_UNTOLD;
  };

  const attempt = async (): Promise<void> => {
    request = new AbortController();
    timer = setTimeout(() => request.abort(), TIMEOUT_MS);
    let waitS = 0;
    try {
      const response = await fetch(`${apiUrl}/api/v1/widget/config?${query}`, {
        headers: { accept: "application/problem+json" },
        credentials: "omit",
        redirect: "error",
        signal: request.signal,
      });
      waitS = Number(pick(response.headers.get("retry-after"), /^\d+/, ""));
      if (!pick(response.status, /408|425|429|5../, "")) {
        const raw: Foreign = await response.json().catch(() => null);
        const look = readLook(raw);
        if (tries > MAX_TRIES) return;
        // A body that broke off, or the page of a proxy, may be a whole answer the next time.
        if (raw || !response.ok) {
          if (look) onConfig(raw, look);
          else if (raw?.code) report(raw.code, `${raw.detail}. ${raw.hint ?? ""}`);
          else report("config_invalid");
          return;
        }
      }
    } catch {
      // No answer: the same as an answer that says "later".
    } finally {
      clearTimeout(timer);
    }
    if (navigator.onLine) {
      // Many pages are told the same second: a quarter more at random spreads them.
      waitS += Math.random() * (waitS / 4 + BACKOFF_BASE ** tries);
      tries += 1;
      if (tries === TRIES_UNTOLD) report(limit < MAX_TRIES ? "blocked_by_csp" : "hub_unreachable");
      if (tries < limit) timer = setTimeout(attempt, Math.min(waitS, MAX_WAIT_S) * 1000);
    } else if (tries < limit) {
      // The request's own signal may be over: it also ends a silent one.
      request = new AbortController();
      addEventListener("online", attempt, { once: true, signal: request.signal });
    }
  };
  addEventListener(VIOLATION, onViolation);
  void attempt();
  return () => {
    tries = STOPPED;
    removeEventListener(VIOLATION, onViolation);
    clearTimeout(timer);
    request.abort();
  };
}
