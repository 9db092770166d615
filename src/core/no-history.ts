// Owns what the history of somebody new is.
import type { HistoryState } from "./handle.ts";

export const NO_HISTORY: HistoryState = Object.freeze({ kind: "ready", hasOlder: false, older: "idle" });
