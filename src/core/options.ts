// Owns the options a page gives: their meaning, defaults and parser. Knows no network and never throws.
import { checkClientKey } from "../protocol/keys.ts";
import type { StorageKind } from "./environment.ts";
import { localProblem, type FoyerProblem, type Outcome, failed, ok } from "./problem.ts";

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

const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/;

function parseApiUrl(raw: unknown): Outcome<string> {
  let url: URL;
  try {
    url = new URL(String(raw));
  } catch {
    return failed(localProblem("invalid_option", "apiUrl is not an absolute URL"));
  }
  const isSecure = url.protocol === "https:" || (url.protocol === "http:" && LOOPBACK.test(url.hostname));
  if (!isSecure) {
    return failed(localProblem("insecure_api_url", "apiUrl must be https, or http on this very machine"));
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    return failed(localProblem("invalid_option", "apiUrl must not carry credentials, a query or a fragment"));
  }
  return ok(url.origin + url.pathname.replace(/\/+$/, ""));
}

function optionalText(raw: Record<string, unknown>, name: "agent" | "userToken"): Outcome<string | null> {
  const value = raw[name] ?? "";
  if (value === "") return ok(OPTION_DEFAULTS[name]);
  if (typeof value === "string" && value.length <= 8192) return ok(value);
  return failed(localProblem("invalid_option", `${name} must be a string`));
}

function parseStorage(raw: unknown): Outcome<StorageKind> {
  const kind = STORAGE_KINDS.find((known) => known === (raw ?? OPTION_DEFAULTS.storage));
  if (kind !== undefined) return ok(kind);
  return failed(localProblem("invalid_option", `storage must be one of ${STORAGE_KINDS.join(", ")}`));
}

const KEY_DETAILS = {
  missing_client_key: "clientKey is missing",
  invalid_client_key: "clientKey has not the shape of a public key",
  secret_key_in_browser:
    "clientKey is a secret key; it must never reach a page. Revoke it and use the public one",
} as const;

/** Reads foreign options. Every problem found is told, the key's first; no value is repeated in a detail. */
export function parseOptions(
  input: unknown,
): { kind: "ok"; options: Options } | { kind: "invalid"; problems: [FoyerProblem, ...FoyerProblem[]] } {
  const raw: Record<string, unknown> = typeof input === "object" && input !== null ? { ...input } : {};
  const keyProblem = checkClientKey(raw["clientKey"]);
  const clientKey: Outcome<string> =
    keyProblem === null
      ? ok(String(raw["clientKey"]))
      : failed(localProblem(keyProblem, KEY_DETAILS[keyProblem]));
  const apiUrl = parseApiUrl(raw["apiUrl"]);
  const agent = optionalText(raw, "agent");
  const userToken = optionalText(raw, "userToken");
  const storage = parseStorage(raw["storage"]);

  const [first, ...rest] = [clientKey, apiUrl, agent, userToken, storage].flatMap((part) =>
    part.kind === "failed" ? [part.problem] : [],
  );
  if (first !== undefined) return { kind: "invalid", problems: [first, ...rest] };
  const value = <T>(part: Outcome<T>, byDefault: T): T => (part.kind === "ok" ? part.value : byDefault);
  return {
    kind: "ok",
    options: {
      clientKey: value(clientKey, ""),
      apiUrl: value(apiUrl, ""),
      agent: value(agent, OPTION_DEFAULTS.agent),
      userToken: value(userToken, OPTION_DEFAULTS.userToken),
      storage: value(storage, OPTION_DEFAULTS.storage),
      config: raw["config"] ?? OPTION_DEFAULTS.config,
    },
  };
}
