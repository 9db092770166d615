// Tokens that look right: the hub signs with a key that the test knows, so that anything but the signature can be wrong.
import {
  SignJWT,
  UnsecuredJWT,
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  exportSPKI,
  generateKeyPair,
} from "jose";
import type { GenerateKeyPairResult } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStore } from "./store/database.ts";
import { signingKeys } from "./store/schema.ts";
import { openTestDatabase } from "./testing/database.ts";
import { codeOf, createTestHub, readBody } from "./testing/harness.ts";
import type { TestHub } from "./testing/harness.ts";

const THREADS = "/api/v1/widget/threads";
const KID = "known";

let t: TestHub;
let signing: GenerateKeyPairResult;
let endDatabase: () => Promise<void>;
beforeAll(async () => {
  const { database, end } = await openTestDatabase();
  endDatabase = end;
  signing = await generateKeyPair("ES256", { extractable: true });
  const store = await openStore(database);
  const privateJwk = await exportJWK(signing.privateKey);
  await store.db.insert(signingKeys).values({ kid: KID, privateJwk, createdAt: new Date(0) });
  await store.close();
  t = await createTestHub({ database });
});
afterAll(async () => {
  await t.hub.close();
  await endDatabase();
});

const newUserToken = async (): Promise<string> => {
  const body = { client_key: t.widgetKey, user_id: "42" };
  const minted = await readBody<{ user_token: string }>(
    await t.manage("/api/v1/widget/auth/user-token", { body }),
  );
  return minted.user_token;
};
const threads = (token: string) => t.call(THREADS, { token });
const exchange = (token: string) =>
  t.call("/api/v1/widget/auth/exchange", { body: { client_key: t.widgetKey, token } });
const sign = (
  payload: Record<string, unknown>,
  header: Record<string, unknown> = {},
  key = signing.privateKey,
) => {
  return (typ: string) =>
    new SignJWT(payload).setProtectedHeader({ alg: "ES256", kid: KID, typ, ...header }).sign(key);
};

it("N15 one kind of token is never taken for the other, even where every claim would do", async () => {
  const token = await newUserToken();
  const session = await t.guest();
  const both = { ...decodeJwt(session.token), ...decodeJwt(token) };
  const made = sign(both);
  expect(decodeProtectedHeader(token).typ).toBe("visitor+jwt");
  for (const visitor of [token, await made("visitor+jwt"), await made("JWT"), session.refresh_token])
    expect(await codeOf(await threads(visitor))).toEqual([401, "invalid_session"]);
  for (const given of [session.token, await made("session+jwt"), await made("JWT"), session.refresh_token])
    expect(await codeOf(await exchange(given))).toEqual([400, "invalid_user_token"]);
  expect(
    await codeOf(await t.call("/api/v1/widget/auth/refresh", { body: { refresh_token: session.token } })),
  ).toEqual([400, "invalid_refresh_token"]);
  expect((await threads(await made("session+jwt"))).status).toBe(200);
  expect((await exchange(await made("visitor+jwt"))).status).toBe(200);
});

describe("N16 forged session tokens", () => {
  let claims: Record<string, unknown>;
  let forged: Record<string, (typ: string) => string | Promise<string>>;

  beforeAll(async () => {
    claims = { ...decodeJwt((await t.guest()).token), ...decodeJwt(await newUserToken()) };
    const header = { alg: "ES256", kid: KID };
    const stranger = await generateKeyPair("ES256", { extractable: true });
    const rsa = await generateKeyPair("RS256");
    const publicPem = new TextEncoder().encode(await exportSPKI(signing.publicKey));
    const publicJwk = new TextEncoder().encode(JSON.stringify(await exportJWK(signing.publicKey)));
    const strangerJwk = await exportJWK(stranger.publicKey);
    const hmac = (secret: Uint8Array) => (typ: string) =>
      new SignJWT(claims).setProtectedHeader({ ...header, typ, alg: "HS256" }).sign(secret);
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const changed = (change: (parts: string[]) => string[]) => async (typ: string) =>
      change((await sign(claims)(typ)).split(".")).join(".");
    forged = {
      "alg none": () => new UnsecuredJWT(claims).encode(),
      "alg none, with the type and key of a real one": (typ) =>
        `${part({ ...header, typ, alg: "none" })}.${part(claims)}.`,
      "alg None, with a real signature": changed(([head = "", ...rest]) => [
        part({ ...(JSON.parse(Buffer.from(head, "base64url").toString()) as object), alg: "None" }),
        ...rest,
      ]),
      "HS256 with the public key as PEM": hmac(publicPem),
      "HS256 with the public key as JWK": hmac(publicJwk),
      "RS256 under our key's id": sign(claims, { alg: "RS256" }, rsa.privateKey),
      "another key under our key's id": sign(claims, {}, stranger.privateKey),
      "a key of its own in the header": sign(claims, { jwk: strangerJwk }, stranger.privateKey),
      "a kid nobody has": sign(claims, { kid: "nobody" }),
      "a kid of every object": sign(claims, { kid: "__proto__" }),
      "a kid that is a path": sign(claims, { kid: "../../dev/null" }),
      "a kid that is no text": sign(claims, { kid: 7 }),
      "no kid": sign(claims, { kid: undefined }),
      "a critical extension that is understood": sign(claims, { crit: ["b64"], b64: true }),
      "a critical extension nobody knows": changed(([head = "", ...rest]) => [
        part({ ...(JSON.parse(Buffer.from(head, "base64url").toString()) as object), crit: ["x"], x: 1 }),
        ...rest,
      ]),
      "no exp": sign({ ...claims, exp: undefined }),
      "exp as text": sign({ ...claims, exp: String(claims["exp"]) }),
      "exp as null": sign({ ...claims, exp: null }),
      "exp in a hundred years": sign({ ...claims, iat: 0, exp: 4e9 }),
      "9 KB": sign({ ...claims, filler: "x".repeat(6800) }),
      "9 KB behind the signature": changed((parts) => [...parts, "a".repeat(9000)]),
      "a changed signature": changed(([head = "", body = "", tail = ""]) => [head, body, `${tail}x`]),
      "no signature": changed(([head = "", body = ""]) => [head, body, ""]),
      "no JSON": () => "a.b.c",
      "dots only": () => "...",
    };
  });

  it("are 401, never 500, and 400 in an exchange", async () => {
    const logged = t.log.length;
    for (const [name, make] of Object.entries(forged)) {
      const asSession = await codeOf(await threads(await make("session+jwt")));
      const asVisitor = await codeOf(await exchange(await make("visitor+jwt")));
      expect([name, asSession, asVisitor]).toEqual([
        name,
        [401, "invalid_session"],
        [400, "invalid_user_token"],
      ]);
    }
    const real = sign(claims);
    expect((await threads(await real("session+jwt"))).status).toBe(200);
    expect((await exchange(await real("visitor+jwt"))).status).toBe(200);
    const lines = t.log.slice(logged);
    expect(lines.filter(({ level }) => level === "error")).toEqual([]);
    expect(JSON.stringify(lines)).not.toContain("eyJ");
  });
});
