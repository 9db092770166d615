// Owns the public keys as pages use them: finding one, its state, and whether the asking origin may use it.
import { checkClientKey } from "../../protocol/keys.ts";
import { HubError } from "../errors.ts";
import { peerOf } from "../http/peer.ts";
import type { Limits } from "../limits/limits.ts";
import { entryFor, isOriginAllowed } from "../origins/match.ts";
import { readOrigin } from "../origins/origin.ts";
import type { PageOrigin } from "../origins/origin.ts";
import type { Crowd, PageKey } from "../store/crowd.ts";
import { digest } from "../tokens/opaque.ts";

/** A key with the account it belongs to. */
export type ClientKey = Pick<PageKey, "row" | "account">;

/** What a key that is looked up may be refused with. */
export const KEY_ERRORS = [
  "missing_client_key",
  "secret_key_in_browser",
  "unknown_client_key",
  "key_revoked",
] as const;
/** The same for a page with this key. */
export const PAGE_KEY_ERRORS = [...KEY_ERRORS, "key_has_no_domains", "origin_not_allowed"] as const;

/**
 * Finds the key of a page.
 * @throws HubError `missing_client_key`, `secret_key_in_browser` or `unknown_client_key`.
 */
export function findClientKey(crowd: Crowd, value: unknown): Promise<PageKey> {
  return findByDigest(crowd, digestOf(value));
}

async function findByDigest(crowd: Crowd, hash: string): Promise<PageKey> {
  const found = await crowd.findKey(hash);
  if (found === null) throw new HubError("unknown_client_key");
  return found;
}

function refuseSecret(hint: string): never {
  throw new HubError("secret_key_in_browser", { hint });
}

/** @throws HubError `secret_key_in_browser` when a secret key stands in the place of a visitor token. */
export function requireNoSecret(token: string): void {
  if (checkClientKey(token) === "secret_key_in_browser")
    refuseSecret("Mint a visitor token in your backend and revoke this key");
}

function digestOf(value: unknown): string {
  const problem = checkClientKey(value);
  if (problem === "missing_client_key" || typeof value !== "string") throw new HubError("missing_client_key");
  if (problem === "secret_key_in_browser") refuseSecret("Use a public key (pk_live_...) and revoke this one");
  return digest(value);
}

const pairOf = (request: Request, keyHash: string): string => `${peerOf(request)} ${keyHash}`;

/**
 * Counts a call of one address with this key, so that one address cannot spend what belongs to all.
 * @throws HubError `rate_limited`.
 */
export function countAddress(limits: Limits, request: Request, key: { hash: string }): Promise<void> {
  return limits.take("addressAndKey", pairOf(request, key.hash));
}

/**
 * Counts a call that may use this key. The last check, after origin, agent and visitor: a page elsewhere that copied the
 * key, or one that asks in vain, must not spend the budget of the pages it belongs to. A webhook is asked after it.
 * @throws HubError `rate_limited`.
 */
export function countKey(limits: Limits, keyId: string): Promise<void> {
  return limits.take("key", keyId);
}

/** @throws HubError `key_revoked` when the key was switched off, by either dialect's means. */
export function requireLiveKey(row: Pick<ClientKey["row"], "isActive" | "isEnabled" | "disabledAt">): void {
  if (!row.isActive || !row.isEnabled || row.disabledAt !== null) throw new HubError("key_revoked");
}

function refuseOrigin(origin: PageOrigin | null, row: ClientKey["row"]): HubError {
  const member = row.dialect === "widget-key" ? "domain_allowlist" : "allowed_domains";
  if (origin === null) {
    return new HubError("origin_not_allowed", {
      detail: "The request names no origin that can be checked",
      hint: "Serve the page over http or https, outside of a sandboxed frame",
    });
  }
  const entry = entryFor(origin, row.dialect);
  return new HubError("origin_not_allowed", {
    detail: `The origin ${origin.text} is not in the ${member} of this key`,
    ...(entry === null ? {} : { hint: `Add "${entry}" to the ${member} of this key` }),
  });
}

/**
 * The origin of a request, when this key lets it in.
 * @throws HubError `key_has_no_domains` or `origin_not_allowed` with the entry to add.
 */
export function requireAllowedOrigin(row: ClientKey["row"], headers: Headers): PageOrigin {
  const origin = readOrigin(headers, row.dialect);
  if (row.dialect === "widget-key" && row.allowlist.length === 0) {
    const entry = origin === null ? null : entryFor(origin, row.dialect);
    throw new HubError("key_has_no_domains", {
      hint:
        entry === null
          ? "Add an entry to the domain_allowlist"
          : `Add "${entry}" to the domain_allowlist of this key`,
    });
  }
  if (origin === null || !isOriginAllowed(origin, row.allowlist, row.dialect))
    throw refuseOrigin(origin, row);
  return origin;
}

/**
 * What a page must be before it gets anything: key, its state and the origin, in the documented order. The call is counted
 * for its address; who answers it counts it for the key.
 * @throws HubError any of `PAGE_KEY_ERRORS`, `rate_limited`.
 */
export async function admitPage(
  { crowd, limits }: { crowd: Crowd; limits: Limits },
  request: Request,
  clientKey: unknown,
): Promise<{ key: PageKey; origin: string }> {
  const hash = digestOf(clientKey);
  // A flood from one address costs the store nothing, not even the look at the key.
  limits.refuseBlocked("addressAndKey", pairOf(request, hash));
  const key = await findByDigest(crowd, hash);
  await countAddress(limits, request, key.row);
  requireLiveKey(key.row);
  const origin = requireAllowedOrigin(key.row, request.headers).text;
  return { key, origin };
}
