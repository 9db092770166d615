// Owns peeking into a JWT without verifying it. Good for comparing and scheduling, never for trusting.
import { membersOf } from "../protocol/read.ts";

export interface PeekedClaims {
  sub?: string | undefined;
  /** Seconds. */
  iat?: number | undefined;
  /** Seconds. */
  exp?: number | undefined;
  /** The session family. */
  sid?: string | undefined;
  name?: string | undefined;
}

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
const number = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);

/** Reads the payload of a JWT; anything unreadable is left out. Never throws. */
export function peekClaims(token: string): PeekedClaims {
  try {
    const base64 = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    const body: unknown = JSON.parse(new TextDecoder().decode(bytes));
    const { sub, iat, exp, sid, name } = membersOf(body);
    return { sub: text(sub), iat: number(iat), exp: number(exp), sid: text(sid), name: text(name) };
  } catch {
    return {};
  }
}
