// Owns what the one stored record holds, as text (session.md S1, S3). Never sees an access token.
import type { Options } from "./options.ts";
import { recordHash } from "./record.ts";

export const VERSION = 1;

/** What leads back into a conversation. */
export interface StoredVisit {
  refreshToken: string;
  /** `guest:<uuid>` or `user:<id>`: whose it is. */
  subject: string;
  threadId: string | null;
}

export const visitText = (
  options: Options,
  { refreshToken: r, subject: s, threadId: t }: StoredVisit,
): string => JSON.stringify({ v: VERSION, k: recordHash(options), r, s, t });
