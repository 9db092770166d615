// Owns who may manage an account: secret keys, known by digest only.
import { and, eq, isNull } from "drizzle-orm";
import type { WireErrorCode } from "../../protocol/errors.ts";
import { HubError } from "../errors.ts";
import { bearerOf } from "../http/bearer.ts";
import type { Services } from "../services.ts";
import { accounts, secretKeys } from "../store/schema.ts";
import { digest, isSameDigest } from "../tokens/opaque.ts";

export interface Account {
  id: number;
  slug: string;
}

/**
 * The account whose secret key signs this request, which counts as one call of it.
 * @throws HubError with the given 401 code when there is no valid key, `rate_limited` when it calls too often.
 */
export async function requireAccount(
  { db, limits }: Pick<Services, "db" | "limits">,
  request: Request,
  code: Extract<WireErrorCode, "missing_bearer" | "invalid_api_key">,
): Promise<Account> {
  const hash = digest(bearerOf(request) ?? "");
  const [row] = await db
    .select({ id: accounts.id, slug: accounts.slug, hash: secretKeys.hash })
    .from(secretKeys)
    .innerJoin(accounts, eq(accounts.id, secretKeys.accountId))
    .where(and(eq(secretKeys.hash, hash), isNull(secretKeys.revokedAt)));
  if (row === undefined || !isSameDigest(row.hash, hash)) throw new HubError(code);
  await limits.take("account", String(row.id));
  return { id: row.id, slug: row.slug };
}
