// Owns what `new FoyerAdmin` takes: the checks, the defaults, and the refusal to run where visitors could read the key.
import { FoyerAdminError } from "./error.ts";

export interface FoyerAdminOptions {
  /** Secret key of the account, `sk_live_...`. Take it from the environment; it never leaves your backend. */
  apiKey: string;
  /** Where the hub is, such as `https://hub.example`. https; http on localhost only, unless `allowHttp` is set. */
  baseUrl: string;
  /** @default the runtime's fetch */
  fetch?: typeof globalThis.fetch | undefined;
  /** How often a call that may be repeated is repeated after a passing failure, 0 to 10. @default 2 */
  maxRetries?: number | undefined;
  /** Limit of one request, its answer included, milliseconds, 1 to 600,000. @default 10_000 */
  timeoutMs?: number | undefined;
  /** Sends the key over plain http to hosts other than localhost: for a private network only. @default false */
  allowHttp?: boolean | undefined;
}

export interface Settings {
  apiKey: string;
  /** Without a slash at the end. */
  baseUrl: string;
  fetch: typeof globalThis.fetch;
  maxRetries: number;
  timeoutMs: number;
}

const DEFAULTS = Object.freeze({ maxRetries: 2, timeoutMs: 10_000 });
const MAX_RETRIES = 10;
const MAX_TIMEOUT_MS = 600_000;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

const invalid = (message: string, hint?: string): FoyerAdminError =>
  new FoyerAdminError({ code: "invalid_options", message, hint });

/** A page has a document; a worker of a browser still tells its name. */
const isBrowser = (): boolean =>
  "document" in globalThis || (globalThis.navigator?.userAgent ?? "").startsWith("Mozilla/");

function readKey(value: unknown): string {
  // Said without the value: it may be a secret with a typing error.
  if (typeof value !== "string" || value === "") {
    throw invalid("apiKey is missing", "Give the secret key of the account, sk_live_...");
  }
  if (value.startsWith("pk_")) {
    throw invalid("apiKey is a public key", "Give the secret key of the account, sk_live_...");
  }
  if (!/^sk_\w{1,200}$/.test(value)) {
    throw invalid("apiKey is no secret key", "It starts with sk_live_ and has no spaces or quotes around it");
  }
  return value;
}

function readBaseUrl(value: unknown, allowHttp: boolean): string {
  const url = typeof value === "string" && URL.canParse(value) ? new URL(value) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw invalid("baseUrl is no http address", "Give the address of the hub, such as https://hub.example");
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw invalid("baseUrl has more than scheme, host, port and path");
  }
  if (url.protocol === "http:" && !LOOPBACK.test(url.hostname) && !allowHttp) {
    throw invalid(
      "baseUrl is http: the secret key would be readable on the way",
      "Use https, or set allowHttp on a private network",
    );
  }
  return url.href.replace(/\/+$/, "");
}

function readWhole(name: string, value: unknown, [min, max]: readonly [number, number]): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < min || value > max) {
    throw invalid(`${name} must be a whole number from ${min} to ${max}`);
  }
  return value;
}

/** @throws FoyerAdminError `used_in_browser` or `invalid_options`, never with the key in it. */
export function readOptions(options: FoyerAdminOptions): Settings {
  if (isBrowser()) {
    throw new FoyerAdminError({
      code: "used_in_browser",
      message: "FoyerAdmin was started in a browser: its secret key is readable by everyone there",
      hint: "Revoke this key, and call the hub from your backend",
    });
  }
  const send = options.fetch ?? globalThis.fetch;
  if (typeof send !== "function") throw invalid("fetch is missing: give one, or use a newer runtime");
  return {
    apiKey: readKey(options.apiKey),
    baseUrl: readBaseUrl(options.baseUrl, options.allowHttp === true),
    fetch: send,
    maxRetries: readWhole("maxRetries", options.maxRetries ?? DEFAULTS.maxRetries, [0, MAX_RETRIES]),
    timeoutMs: readWhole("timeoutMs", options.timeoutMs ?? DEFAULTS.timeoutMs, [1, MAX_TIMEOUT_MS]),
  };
}
