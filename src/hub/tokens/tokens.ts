// Owns the two kinds of JWT: how they are minted and what must hold before one is believed (RFC 8725).
// Knows no keys of customers, sessions or origins.
import { CompactSign, jwtVerify } from "jose";
import type { JWTPayload } from "jose";
import * as v from "valibot";
import { TOKEN_TYPES } from "../../protocol/session.ts";
import type { SessionClaims, TokenClaims } from "../../protocol/session.ts";
import type { HubClock } from "../clock.ts";
import { uuidv7 } from "../ids.ts";
import { ALGORITHM, MAX_SESSION_TTL_S } from "./signing.ts";
import type { SigningKeys } from "./signing.ts";

/** Longer tokens are refused unread. */
const MAX_TOKEN_LENGTH = 8192;
const TOLERANCE_S = 5;
/** Lifetime of a token that the site's backend mints for a visitor, seconds. */
export const VISITOR_TOKEN_TTL_S = 300;

type Kind = keyof typeof TOKEN_TYPES;
type Minted<Claims> = Omit<Claims, "iss" | "aud" | "iat" | "nbf" | "exp" | "jti">;

const base = {
  sub: v.pipe(v.string(), v.minLength(1)),
  exp: v.number(),
  jti: v.string(),
  account: v.string(),
  key_id: v.string(),
  name: v.optional(v.string()),
  email: v.optional(v.string()),
  claims: v.optional(v.record(v.string(), v.unknown())),
};
const visitorClaims = v.object(base);
const sessionClaims = v.object({ ...base, sid: v.string(), agent_id: v.string(), origin: v.string() });

export type VerifiedVisitor = v.InferOutput<typeof visitorClaims>;
export type VerifiedSession = v.InferOutput<typeof sessionClaims>;

export interface Tokens {
  mintVisitor(claims: Minted<TokenClaims>): Promise<string>;
  mintSession(claims: Minted<SessionClaims>, ttlS: number): Promise<string>;
  /** The claims, or null for anything that is not a good token of this very kind. Never throws. */
  verifyVisitor(token: string): Promise<VerifiedVisitor | null>;
  verifySession(token: string): Promise<VerifiedSession | null>;
}

/** @param issuer base URL of the hub: `iss` and `aud` of every token. */
export function createTokens(keys: SigningKeys, clock: HubClock, issuer: string): Tokens {
  const mint = (kind: Kind, claims: object, ttlS: number) => {
    const nowS = Math.floor(clock.now() / 1000);
    const { kid, privateKey } = keys.current;
    const times = { iat: nowS, nbf: nowS, exp: nowS + ttlS };
    const payload = { ...claims, iss: issuer, aud: issuer, ...times, jti: uuidv7(clock.now()) };
    // A JWT is JSON in a compact JWS; these claims are ours, so nothing has to be checked or copied first.
    return new CompactSign(Buffer.from(JSON.stringify(payload)))
      .setProtectedHeader({ alg: ALGORITHM, typ: TOKEN_TYPES[kind], kid })
      .sign(privateKey);
  };
  const verify = async (kind: Kind, token: string, maxAgeS: number): Promise<JWTPayload | null> => {
    if (token.length > MAX_TOKEN_LENGTH) return null;
    try {
      const { payload } = await jwtVerify(
        token,
        async (header) => {
          const key = await keys.find(header.kid ?? "");
          if (key === null || header.crit !== undefined)
            throw new TypeError("unknown kid, or an extension we never use");
          return key.publicKey;
        },
        {
          algorithms: [ALGORITHM],
          typ: TOKEN_TYPES[kind],
          issuer,
          audience: issuer,
          requiredClaims: ["sub", "iat", "nbf", "exp", "jti", "account", "key_id"],
          clockTolerance: TOLERANCE_S,
          maxTokenAge: maxAgeS,
          currentDate: new Date(clock.now()),
        },
      );
      return payload;
    } catch {
      return null;
    }
  };
  return {
    mintVisitor: (claims) => mint("visitor", claims, VISITOR_TOKEN_TTL_S),
    mintSession: (claims, ttlS) => mint("session", claims, ttlS),
    async verifyVisitor(token) {
      const parsed = v.safeParse(visitorClaims, await verify("visitor", token, VISITOR_TOKEN_TTL_S));
      return parsed.success ? parsed.output : null;
    },
    async verifySession(token) {
      const parsed = v.safeParse(sessionClaims, await verify("session", token, MAX_SESSION_TTL_S));
      return parsed.success ? parsed.output : null;
    },
  };
}
