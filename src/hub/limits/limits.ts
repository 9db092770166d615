// Owns counting requests: takes one from the budget of somebody, or says when to come back. Knows no route and no key.
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";
import type { Pool } from "pg";
import { HubError } from "../errors.ts";
import { limitRules } from "./rules.ts";
import type { LimitOptions, LimitRule, LimitSubject } from "./rules.ts";

export interface Limits {
  /**
   * Counts one request of somebody: `take("key", id)`.
   * @throws HubError `rate_limited` with the seconds to wait.
   */
  take(subject: LimitSubject, id: string): Promise<void>;
  /**
   * Refuses somebody who is known to be over the limit, before anything is done for them. Asks nobody and counts nothing:
   * who has reached the limit at another hub is noticed at the next call that is counted here.
   * @throws HubError `rate_limited`.
   */
  refuseBlocked(subject: LimitSubject, id: string): void;
}

const TABLE = "rate_limits";
/** More than this are not remembered as blocked; their next counted call blocks them again. */
const MAX_BLOCKED = 10_000;

const NO_LIMITS: Limits = { take: async () => {}, refuseBlocked: () => {} };

function exceeded(rule: LimitRule, waitMs: number): HubError {
  const sentence = `rate_limited: ${rule.window} (${rule.limit}) exceeded`;
  return new HubError("rate_limited", {
    text: sentence,
    detail: sentence,
    retryAfterS: Math.max(1, Math.ceil(waitMs / 1000)),
  });
}

const nameOf = (subject: LimitSubject, id: string): string => `${subject} ${id}`;

function createCounter(rule: LimitRule, pool: Pool | null) {
  const own = { keyPrefix: rule.name, points: rule.limit, duration: rule.windowS };
  const memory = new RateLimiterMemory(own);
  if (pool === null) return memory;
  return new RateLimiterPostgres({
    ...own,
    storeClient: pool,
    storeType: "pool",
    tableName: TABLE,
    tableCreated: true,
    clearExpiredByTimeout: true,
    // Who is over the limit is told so without asking the database again.
    inMemoryBlockOnConsumed: rule.limit + 1,
    // A database that fails does not open the gates: each hub counts by itself until it is back.
    insuranceLimiter: memory,
  });
}

/** @param pool the shared database; null counts in this process. */
export function createLimits(options: LimitOptions, pool: Pool | null): Limits {
  if (options === "off") return NO_LIMITS;
  const counters = limitRules(options).map((rule) => ({ rule, counter: createCounter(rule, pool) }));
  const blocked = new Map<string, { untilMs: number; rule: LimitRule }>();

  const count = async (subject: LimitSubject, id: string): Promise<void> => {
    for (const { rule, counter } of counters) {
      if (rule.subject !== subject) continue;
      await counter.consume(id).catch((refusal: unknown) => {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        block(nameOf(subject, id), rule, refusal.msBeforeNext);
        throw exceeded(rule, refusal.msBeforeNext);
      });
    }
  };
  const block = (name: string, rule: LimitRule, waitMs: number) => {
    if (blocked.size >= MAX_BLOCKED) blocked.clear();
    blocked.set(name, { untilMs: performance.now() + waitMs, rule });
  };
  return {
    take: count,
    refuseBlocked(subject, id) {
      const name = nameOf(subject, id);
      const block = blocked.get(name);
      if (block === undefined) return;
      const leftMs = block.untilMs - performance.now();
      if (leftMs > 0) throw exceeded(block.rule, leftMs);
      blocked.delete(name);
    },
  };
}
