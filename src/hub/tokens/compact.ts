// Owns writing a signed token: the compact form of RFC 7515 with ES256. Reading one is the library's part.
import { sign } from "node:crypto";
import type { KeyObject } from "node:crypto";

export interface CompactHeader {
  alg: "ES256";
  typ: string;
  kid: string;
}

const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");

/** Signs here and now: a thread pool takes longer to be asked than one signature to be made. */
export function signCompact(header: CompactHeader, claims: object, key: KeyObject): string {
  const signed = `${encoded(header)}.${encoded(claims)}`;
  const signature = sign("sha256", Buffer.from(signed), { key, dsaEncoding: "ieee-p1363" });
  return `${signed}.${signature.toString("base64url")}`;
}
