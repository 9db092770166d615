// Owns what faults do to stored keys and sessions. Decides nothing and remembers nothing.
import { asc, inArray } from "drizzle-orm";
import type { Services } from "../services.ts";
import { clientKeys, refreshTokens } from "../store/schema.ts";

/** A public key without its text. */
export interface KeyState {
  id: string;
  name: string;
  dialect: "widget-key" | "publishable-key";
  last8: string;
  is_live: boolean;
}

export interface Damage {
  listKeys(): Promise<KeyState[]>;
  /** Revokes the key with this id, or all. Answers the ids of those that worked before. */
  revokeKeys(id: string | null): Promise<string[]>;
  /** Makes revoked keys work again. */
  restoreKeys(ids: readonly string[]): Promise<void>;
  /** Ends every refresh token there is. Session tokens stay good. */
  expireRefreshTokens(): Promise<void>;
}

export function createDamage({ db, crowd, clock }: Pick<Services, "db" | "crowd" | "clock">): Damage {
  const listKeys = async (): Promise<KeyState[]> => {
    const rows = await db.select().from(clientKeys).orderBy(asc(clientKeys.number));
    return rows.map(({ id, name, dialect, last8, isActive, isEnabled, disabledAt }) => ({
      id,
      name,
      dialect,
      last8,
      is_live: isActive && isEnabled && disabledAt === null,
    }));
  };
  const setDisabled = async (ids: readonly string[], disabledAt: Date | null) => {
    if (ids.length > 0)
      await db
        .update(clientKeys)
        .set({ disabledAt })
        .where(inArray(clientKeys.id, [...ids]));
    crowd.forget();
  };
  return {
    listKeys,
    async revokeKeys(id) {
      const live = (await listKeys()).filter((key) => key.is_live && (id === null || key.id === id));
      const ids = live.map((key) => key.id);
      await setDisabled(ids, new Date(clock.now()));
      return ids;
    },
    restoreKeys: (ids) => setDisabled(ids, null),
    async expireRefreshTokens() {
      await crowd.settleAll();
      await db.update(refreshTokens).set({ expiresAt: new Date(clock.now()) });
    },
  };
}
