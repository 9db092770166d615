// Owns seeking a session among several tabs: whose find counts, and one search at a time (R14, R15). Keeps nothing.
import { type Acquired, acquire, type Means } from "./acquire.ts";
import { peekClaims } from "./claims.ts";
import type { StorageKind } from "./environment.ts";
import type { Handshake } from "./handshake.ts";
import type { Lease } from "./lease.ts";
import { failed, localProblem, ok } from "./problem.ts";
import type { Credentials } from "./session-request.ts";
import type { Tabs } from "./tabs.ts";
import type { Visit } from "./visit.ts";

export interface Search {
  handshake: Handshake;
  visit: Visit;
  tabs: Tabs;
  lease: Lease;
  means: Omit<Means, "refreshToken">;
  mayMintGuest: boolean;
  signal: AbortSignal;
  /** False once the visitor changed or the session ended (R22). */
  isWanted(): boolean;
}

export const changedMeanwhile = () => failed(localProblem("destroyed", "changed meanwhile", true));

/** While the other tabs wait: looks what they found, else asks, and publishes. */
export function seek({ handshake, visit, tabs, lease, mayMintGuest, ...search }: Search): Promise<Acquired> {
  const before = lease.credentials;
  return tabs.alone(async () => {
    const { credentials } = lease;
    const means = { ...search.means, refreshToken: visit.refreshToken };
    if (!search.isWanted()) return { means, outcome: changedMeanwhile(), operation: "refresh" };
    if (credentials !== before && lease.dueInMs() > 0) {
      return { means, outcome: ok(credentials), operation: "refresh" };
    }
    const newest = { ...means, refreshToken: visit.latest() };
    const acquired = await acquire(handshake, newest, mayMintGuest, search.signal);
    const found = acquired.outcome.kind === "ok" ? acquired.outcome.value : null;
    if (found !== null && search.isWanted()) {
      visit.renewed(found.subject, found.refreshToken);
      tabs.tell({ kind: "session", credentials: found });
    }
    return acquired;
  });
}

/**
 * Whether another tab's session is this visitor's, and later than the one known. Without shared storage a family has
 * one tab, for a tab that slept could not look up the newest refresh token.
 */
export function isNewer(
  { subject, issuedAtS, token }: Credentials,
  { visit, lease, storage, isUser }: { visit: Visit; lease: Lease; storage: StorageKind; isUser: boolean },
): boolean {
  const known = lease.credentials;
  const isOurs = visit.subject === null ? !isUser && subject.startsWith("guest:") : subject === visit.subject;
  const isShared = storage === "local" || peekClaims(token).sid === peekClaims(known?.token ?? "").sid;
  return isOurs && isShared && issuedAtS > (known?.issuedAtS ?? 0);
}
