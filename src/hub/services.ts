// Owns the list of what the endpoints share. Built once by hub.ts, handed to every route table.
import type { RunRegistry } from "./chat/registry.ts";
import type { HubClock } from "./clock.ts";
import type { HubLog } from "./log.ts";
import type { Database } from "./store/database.ts";
import type { SigningKeys } from "./tokens/signing.ts";
import type { Tokens } from "./tokens/tokens.ts";

export interface Services {
  db: Database;
  clock: HubClock;
  log: HubLog;
  signing: SigningKeys;
  tokens: Tokens;
  runs: RunRegistry;
  /** Lifetime of session tokens, seconds. */
  sessionTtlS: number;
}
