// Owns when a failed call is tried again, and after how long. Pure: knows no network and no clock.
import type { FoyerAdminError } from "./error.ts";

const BASE_MS = 500;
const CAP_MS = 8_000;
/** A hub that asks for more is not waited for: the caller is told, and decides. */
const LONGEST_WAIT_MS = 60_000;

const isPassing = ({ code, status }: FoyerAdminError): boolean =>
  code === "hub_unreachable" || code === "timeout" || status === 408 || status === 429 || status >= 500;

/**
 * Milliseconds to wait before the next try, or null when there is none.
 * @param tries how often the call was made so far, at least 1.
 * @param random uniform in [0, 1).
 */
export function retryDelayMs(
  error: FoyerAdminError,
  tries: number,
  maxRetries: number,
  random: () => number,
): number | null {
  if (tries > maxRetries || !isPassing(error)) return null;
  const backoffMs = random() * Math.min(CAP_MS, BASE_MS * 2 ** (tries - 1));
  const askedMs = (error.retryAfter ?? 0) * 1000;
  return askedMs > LONGEST_WAIT_MS ? null : Math.max(askedMs, backoffMs);
}
