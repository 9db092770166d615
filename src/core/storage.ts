// Owns what outlives a page load: one versioned record per site key (session.md S1-S5). Never sees an access token.
import { isText, membersOf, parseJson } from "../protocol/read.ts";
import type { Environment, TextStorage } from "./environment.ts";
import type { Options } from "./options.ts";
import { recordHash, recordName } from "./record.ts";
import { type StoredVisit, VERSION, visitText } from "./visit-text.ts";

export interface VisitStore {
  /** Junk, another version and another key read as null and are deleted. */
  read(): StoredVisit | null;
  /** Best effort: where nothing can be stored, the visit lasts as long as the page. */
  write(visit: StoredVisit): void;
  clear(): void;
}

/** Null for junk, another version and another key. */
export function parseVisit(text: string, keyHash: string): StoredVisit | null {
  const { v, k, r, s, t } = membersOf(parseJson(text));
  if (v !== VERSION || k !== keyHash || !isText(r, 512) || !isText(s, 300)) return null;
  if (t !== null && !isText(t, 128)) return null;
  return { refreshToken: r, subject: s, threadId: t };
}

/** The store of one widget. No method throws. */
export function createVisitStore(env: Environment, options: Options): VisitStore {
  const keyHash = recordHash(options);
  const storageKey = recordName(options);
  let isBroken = false;

  /** Each access may throw: sandboxed frames, blocked site data, a full quota. */
  const use = <T>(access: (storage: TextStorage) => T): T | null => {
    try {
      const storage = isBroken ? null : env.storage(options.storage);
      return storage && access(storage);
    } catch {
      isBroken = true;
      env.log("debug", "no storage");
      return null;
    }
  };
  const clear = (): void => void use((storage) => storage.removeItem(storageKey));

  return {
    read() {
      const text = use((storage) => storage.getItem(storageKey));
      if (text === null) return null;
      const visit = parseVisit(text, keyHash);
      if (visit === null) clear();
      return visit;
    },
    write(visit) {
      const text = visitText(options, visit);
      use((storage) => {
        try {
          storage.setItem(storageKey, text);
        } catch {
          // A full quota: our own older record is the only thing we may drop.
          storage.removeItem(storageKey);
          storage.setItem(storageKey, text);
        }
      });
    },
    clear,
  };
}
