import { SignJWT, exportJWK, generateKeyPair } from "jose";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { SessionClaims } from "../../protocol/session.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { digest, isSameDigest, newRefreshToken, seal, unseal } from "./opaque.ts";
import type { SigningKeys } from "./signing.ts";
import { createTokens } from "./tokens.ts";
import type { Tokens } from "./tokens.ts";

const ISSUER = "http://hub.example";
const clock = createManualClock();
const nowS = Math.floor(clock.now() / 1000);
const identity = {
  sub: "guest:1",
  account: "demo",
  key_id: "k",
  sid: "s",
  agent_id: "a",
  origin: "https://acme.com",
};
const good = { ...identity, iss: ISSUER, aud: ISSUER, iat: nowS, nbf: nowS, exp: nowS + 300, jti: "j" };

let privateKey: CryptoKey;
let tokens: Tokens;
beforeAll(async () => {
  const pair = await generateKeyPair("ES256");
  privateKey = pair.privateKey;
  const current = { kid: "one", signsFromMs: 0, privateKey, publicKey: pair.publicKey, publicJwk: {} };
  const keys: SigningKeys = {
    current,
    find: async (kid) => (kid === "one" ? current : null),
    jwks: async () => ({ keys: [] }),
    derive: () => "",
  };
  tokens = createTokens(keys, clock, ISSUER);
});

const sign = (claims: Record<string, unknown>, header: Record<string, unknown> = {}) =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: "ES256", typ: "session+jwt", kid: "one", ...header })
    .sign(privateKey);
const without = (name: keyof typeof good) =>
  Object.fromEntries(Object.entries(good).filter(([member]) => member !== name));

describe("session tokens signed with the right key", () => {
  it("are believed when every claim holds", async () => {
    expect(await tokens.verifySession(await sign(good))).toMatchObject(identity);
    const claims: Omit<SessionClaims, "iss" | "aud" | "iat" | "nbf" | "exp" | "jti"> = {
      ...identity,
      visitor_type: "guest",
    };
    expect(await tokens.verifySession(await tokens.mintSession(claims, 60))).toMatchObject(identity);
  });

  it.each([
    "iss",
    "aud",
    "sub",
    "iat",
    "nbf",
    "exp",
    "jti",
    "account",
    "key_id",
    "sid",
    "agent_id",
    "origin",
  ] as const)("are refused without %s", async (name) =>
    expect(await tokens.verifySession(await sign(without(name)))).toBeNull(),
  );

  it.each([
    ["another issuer", { iss: "http://evil.example" }, {}],
    ["another audience", { aud: "http://evil.example" }, {}],
    ["exp as text", { exp: String(nowS + 300) }, {}],
    ["an end more than 5 s ago", { exp: nowS - 6 }, {}],
    ["a start more than 5 s ahead", { nbf: nowS + 6 }, {}],
    ["issued more than 5 s ahead", { iat: nowS + 6 }, {}],
    ["issued days ago", { iat: nowS - 200_000 }, {}],
    ["another type", {}, { typ: "visitor+jwt" }],
    ["no type", {}, { typ: undefined }],
    ["a key id we do not have", {}, { kid: "two" }],
    ["no key id", {}, { kid: undefined }],
    ["a critical extension", {}, { crit: ["b64"], b64: true }],
    ["more than 8 KiB", { filler: "x".repeat(9000) }, {}],
    ["an origin that is no text", { origin: { a: 1 } }, {}],
  ])("are refused with %s", async (_case, claims, header) => {
    expect(await tokens.verifySession(await sign({ ...good, ...claims }, header))).toBeNull();
  });

  it.each([
    ["just ended", { exp: nowS - 4 }],
    ["of a clock 4 s ahead", { iat: nowS + 4, nbf: nowS + 4 }],
  ])("are believed within the tolerance: %s", async (_case, claims) => {
    expect(await tokens.verifySession(await sign({ ...good, ...claims }))).not.toBeNull();
  });
});

/** Where a header may bring or name a key of the forger's own. */
const OWN_KEYS: [name: string, header: (publicKey: CryptoKey) => Promise<Record<string, unknown>>][] = [
  ["jwk", async (key) => ({ jwk: await exportJWK(key) })],
  ["jwk, and no key id", async (key) => ({ kid: undefined, jwk: await exportJWK(key) })],
  ["jku", async () => ({ jku: "https://evil.example/jwks.json" })],
  ["x5u", async () => ({ x5u: "https://evil.example/key.pem" })],
  ["x5c", async () => ({ x5c: ["MIIB"] })],
];
describe("a token that brings its own key", () => {
  it.each(OWN_KEYS)("as %s is refused, and nothing is fetched for it", async (_name, headerOf) => {
    const fetch = vi.spyOn(globalThis, "fetch");
    const forger = await generateKeyPair("ES256", { extractable: true });
    const header = { alg: "ES256", typ: "session+jwt", kid: "one", ...(await headerOf(forger.publicKey)) };
    const token = await new SignJWT(good).setProtectedHeader(header).sign(forger.privateKey);
    expect(await tokens.verifySession(token)).toBeNull();
    expect(fetch).not.toHaveBeenCalled();
    fetch.mockRestore();
  });
});

describe("visitor tokens signed with the right key", () => {
  const { sub, account, key_id, iss, aud, iat, nbf, exp, jti } = good;
  const claims = { sub, account, key_id, iss, aud, iat, nbf, exp, jti };
  const signVisitor = (more: Record<string, unknown>) => sign({ ...claims, ...more }, { typ: "visitor+jwt" });

  it("are believed for as long as one may live", async () => {
    expect(await tokens.verifyVisitor(await signVisitor({}))).toMatchObject({ sub: "guest:1", jti: "j" });
    const oldest = { iat: nowS - 304, nbf: nowS - 304, exp: nowS + 9 };
    expect(await tokens.verifyVisitor(await signVisitor(oldest))).not.toBeNull();
  });

  it.each([
    ["of the other kind", {}, "session+jwt"],
    ["that are older than one may live, whatever they say of their end", { iat: nowS - 306 }, "visitor+jwt"],
    ["that end never", { exp: undefined }, "visitor+jwt"],
    ["for one exchange of no number", { jti: undefined }, "visitor+jwt"],
  ])("are refused %s", async (_case, more, typ) => {
    expect(await tokens.verifyVisitor(await sign({ ...claims, ...more }, { typ }))).toBeNull();
  });
});

describe("sealed successors", () => {
  it("open only with the token they were sealed for", () => {
    const [token, other] = [newRefreshToken(), newRefreshToken()];
    const sealed = seal("the pair", token);
    expect(unseal(sealed, token)).toBe("the pair");
    expect(sealed).not.toBe(seal("the pair", token));
    expect(() => unseal(sealed, other)).toThrow();
    expect(() => unseal(`${sealed.slice(0, -4)}AAAA`, token)).toThrow();
    expect(() => unseal("", token)).toThrow();
  });
});

it("digests of different length compare as different, not as an error", () => {
  expect(isSameDigest(digest("a"), digest("a"))).toBe(true);
  expect(isSameDigest(digest("a"), digest("b"))).toBe(false);
  expect(isSameDigest(digest("a"), "")).toBe(false);
});
