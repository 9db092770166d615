// Owns finding the loader's own script tag and reading what the site owner wrote on it. Sends nothing.

export interface Tag {
  clientKey: string;
  /** Origin (and path prefix) of the hub, without a trailing slash. */
  apiUrl: string;
  agent: string | null;
  /** What the tag says: an attribute by its name without `data-`. The panel asks for what the loader has no use for. */
  read: (name: string) => string | null;
  /** Where the loader came from: the panel lies beside it. */
  scriptUrl: string;
}

const scan = (selector: string) => document.querySelector<HTMLScriptElement>(`script${selector}`);

/**
 * @param current `document.currentScript` captured while the loader ran. Named elements can clobber that name, and it is
 *   null in modules, so anything that is no script element is passed over and the page is searched instead. Tag managers
 *   strip data attributes: then the query of the script's URL is read (`client_key`, `agent`, `api_url`, ...).
 * @returns the tag, or the code of what is wrong with it
 */
export function findTag(current: unknown): Tag | string {
  const own = current instanceof HTMLScriptElement ? current : undefined;
  const script = own?.dataset["clientKey"]
    ? own
    : (scan("[data-client-key]") ?? own ?? scan("[src*=client_key]"));
  const scriptUrl = own?.src || script?.src;
  if (!script || !scriptUrl) return "missing_client_key";
  const url = new URL(scriptUrl);
  const read = (name: string): string | null =>
    script.getAttribute(`data-${name}`) || url.searchParams.get(name.replace("-", "_"));

  const clientKey = read("client-key");
  const apiUrl = (read("api-url") ?? url.origin).replace(/\/+$/, "");
  if (!clientKey) return "missing_client_key";
  if (/^\s*sk_/.test(clientKey)) return "secret_key_in_browser";
  if (!/^pk_live_\w{6,120}$/.test(clientKey)) return "invalid_client_key";
  if (!/^(https:|http:\/\/(localhost|127\.0\.0\.1|\[::1])(:|\/|$))/.test(apiUrl)) return "insecure_api_url";
  return { scriptUrl, clientKey, apiUrl, agent: read("agent"), read };
}
