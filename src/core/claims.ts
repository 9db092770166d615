// Owns peeking into a JWT without verifying it. Good for comparing and scheduling, never for trusting.
import { membersOf } from "../protocol/read.ts";

export interface PeekedClaims {
  sub?: string;
  /** Seconds. */
  iat?: number;
  /** Seconds. */
  exp?: number;
  /** The session family. */
  sid?: string;
  name?: string;
}

/** Reads the payload of a JWT; anything unreadable is left out. Never throws. */
export function peekClaims(token: string): PeekedClaims {
  try {
    const base64 = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    const body: unknown = JSON.parse(new TextDecoder().decode(bytes));
    const { sub, iat, exp, sid, name } = membersOf(body);
    return {
      ...(typeof sub === "string" ? { sub } : {}),
      ...(typeof iat === "number" ? { iat } : {}),
      ...(typeof exp === "number" ? { exp } : {}),
      ...(typeof sid === "string" ? { sid } : {}),
      ...(typeof name === "string" ? { name } : {}),
    };
  } catch {
    return {};
  }
}
