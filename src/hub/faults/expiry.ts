// Owns the early end of session tokens: from then on only tokens that were handed out later are believed. The tokens
// themselves know nothing of it, so it is remembered here. Verifies nothing: that is the hub's part.
import * as v from "valibot";
import { bearerOf } from "../http/bearer.ts";

const minted = v.object({ token: v.string() });

export interface Expiry {
  /** All session tokens handed out so far are refused from now on. */
  expireAll(): void;
  isExpired(request: Request): boolean;
  /** To be told of every successful answer that holds a session. */
  note(response: Response): Promise<void>;
}

export function createExpiry(): Expiry {
  let fresh: Set<string> | null = null;
  return {
    expireAll() {
      fresh = new Set();
    },
    isExpired(request) {
      const token = bearerOf(request);
      return fresh !== null && token !== null && !token.startsWith("sk_") && !fresh.has(token);
    },
    async note(response) {
      if (fresh === null) return;
      const parsed = v.safeParse(minted, await response.clone().json());
      if (parsed.success) fresh.add(parsed.output.token);
    },
  };
}
