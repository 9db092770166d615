// Owns the options a page gives: their meaning, defaults and parser. Knows no network and never throws.
import { checkClientKey } from "../protocol/keys.ts";
import type { StorageKind } from "./environment.ts";
import { type FoyerProblem, localProblem } from "./problem.ts";

const STORAGE_KINDS = ["local", "session", "none"] as const satisfies readonly StorageKind[];

/** What `createWidget` takes. */
export interface RawOptions {
  /** Public key of the site, `pk_live_...`. Never a secret key. */
  clientKey: string;
  /** Base URL of the hub. https, or http on localhost, 127.0.0.1 and [::1]. */
  apiUrl: string;
  /** Agent to talk to; a key that is pinned to an agent wins. @default the agent of the key */
  agent?: string;
  /** Token that the site's backend minted for a logged-in visitor; lives 300 s, works once. @default a guest */
  userToken?: string;
  /** Where the conversation is remembered across page loads. @default "local" */
  storage?: StorageKind;
  /** Answer of `GET /widget/config`, when the page has it already. @default fetched on `load()` or `open()` */
  config?: unknown;
}

export interface Options {
  clientKey: string;
  /** Without a trailing slash. */
  apiUrl: string;
  agent: string | null;
  userToken: string | null;
  storage: StorageKind;
  config: unknown;
}

/** The one table of defaults. */
export const OPTION_DEFAULTS = Object.freeze({
  agent: null,
  userToken: null,
  storage: "local",
  config: null,
} as const satisfies Partial<Options>);

/** Where to remember, `"local"` for nothing said; a problem for a place that does not exist. */
export const readStorage = (raw: unknown): StorageKind | FoyerProblem =>
  STORAGE_KINDS.find((kind) => kind === (raw ?? OPTION_DEFAULTS.storage)) ??
  localProblem("invalid_option", `storage must be one of ${STORAGE_KINDS.join(", ")}`);

const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/;
const MAX_TEXT = 8192;

const KEY_DETAILS = {
  missing_client_key: "clientKey is missing",
  invalid_client_key: "clientKey is no public key",
  secret_key_in_browser: "clientKey is a secret key: revoke it, use the public one",
} as const;

type Refuse = (code: "invalid_option" | "insecure_api_url", detail: string) => void;

function parseApiUrl(raw: unknown, refuse: Refuse): string {
  const text = String(raw);
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) refuse("invalid_option", "apiUrl is not an absolute URL");
  else if (url.protocol !== "https:" && !(url.protocol === "http:" && LOOPBACK.test(url.hostname))) {
    refuse("insecure_api_url", "apiUrl must be https, or http on localhost");
  } else if (url.username + url.password + url.search + url.hash !== "") {
    refuse("invalid_option", "apiUrl has credentials, a query or a fragment");
  } else return url.origin + url.pathname.replace(/\/+$/, "");
  return "";
}

/** Reads foreign options. Every problem found is told, the key's first; no value is repeated in a detail. */
export function parseOptions(input: unknown): Options | FoyerProblem[] {
  const raw: Record<string, unknown> = typeof input === "object" && input !== null ? { ...input } : {};
  const problems: FoyerProblem[] = [];
  const refuse: Refuse = (code, detail) => problems.push(localProblem(code, detail));
  const optionalText = (name: "agent" | "userToken"): string | null => {
    const value = raw[name] || null;
    if (value === null || (typeof value === "string" && value.length <= MAX_TEXT)) return value;
    refuse("invalid_option", `${name} must be a string`);
    return null;
  };

  const { clientKey, config } = raw;
  const keyProblem = checkClientKey(clientKey);
  if (keyProblem !== null) problems.push(localProblem(keyProblem, KEY_DETAILS[keyProblem]));
  const apiUrl = parseApiUrl(raw["apiUrl"], refuse);
  const agent = optionalText("agent");
  const userToken = optionalText("userToken");
  const storage = readStorage(raw["storage"]);
  if (typeof storage !== "string") return [...problems, storage];
  if (problems.length > 0) return problems;
  return { clientKey: String(clientKey), apiUrl, agent, userToken, storage, config: config ?? null };
}
