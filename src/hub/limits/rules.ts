// Owns the numbers of the rate limits: what is counted, in which window, and how many.

const MINUTE_S = 60;
const HOUR_S = 3600;
const DAY_S = 86_400;

const WINDOWS = [
  ["PerMinute", "per-minute", MINUTE_S],
  ["PerHour", "per-hour", HOUR_S],
  ["PerDay", "per-day", DAY_S],
] as const;

/** Requests per window. A name is what is counted and the length of the window. */
export interface LimitNumbers {
  /** Calls with a secret key, of all keys of an account together. @default 60 */
  accountPerMinute: number;
  /** @default 1000 */
  accountPerHour: number;
  /** @default 10000 */
  accountPerDay: number;
  /** Configs, handshakes, refreshes and turns with one public key, from everywhere. @default 600 */
  keyPerMinute: number;
  /** The same without turns, from one address. @default 60 */
  addressAndKeyPerMinute: number;
  /** Calls of one visitor to the chat. @default 60 */
  visitorPerMinute: number;
  /** Refused keys and tokens from one address; after that nothing from there is heard. @default 30 */
  failurePerMinute: number;
}

export const DEFAULT_LIMITS: Readonly<LimitNumbers> = Object.freeze({
  accountPerMinute: 60,
  accountPerHour: 1000,
  accountPerDay: 10_000,
  keyPerMinute: 600,
  addressAndKeyPerMinute: 60,
  visitorPerMinute: 60,
  failurePerMinute: 30,
});

export const LIMIT_NAMES = Object.keys(DEFAULT_LIMITS) as readonly (keyof LimitNumbers)[];

/** `off` counts nothing; numbers replace single defaults. */
export type LimitOptions = "on" | "off" | Partial<LimitNumbers>;

/** What can be counted. */
export type LimitSubject = "account" | "key" | "addressAndKey" | "visitor" | "failure";

export interface LimitRule {
  name: keyof LimitNumbers;
  subject: string;
  /** As errors call it. */
  window: string;
  windowS: number;
  limit: number;
}

/**
 * The rules in force, shorter windows first.
 * @throws RangeError for a number that is not a whole one from 1.
 */
export function limitRules(options: Exclude<LimitOptions, "off">): LimitRule[] {
  const numbers = { ...DEFAULT_LIMITS, ...(options === "on" ? {} : options) };
  return LIMIT_NAMES.flatMap((name) => {
    const limit = numbers[name];
    if (!Number.isSafeInteger(limit) || limit < 1) {
      throw new RangeError(`limits.${name} must be a whole number from 1`);
    }
    return WINDOWS.filter(([suffix]) => name.endsWith(suffix)).map(([suffix, window, windowS]) => ({
      name,
      subject: name.slice(0, -suffix.length),
      window,
      windowS,
      limit,
    }));
  });
}
