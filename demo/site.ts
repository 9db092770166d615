// Owns the demo site: a customer's pages on an origin of their own, with the small backend such a site would have.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fetchWebhookSecrets, mintUserToken } from "./backend.ts";
import { passToFaults } from "./faults-proxy.ts";
import { DEFAULT_HUB_URL, DEMO_CLIENT_KEY } from "./snippet.ts";
import { createWebhookReceiver } from "./webhook-receiver.ts";

export interface DemoSiteOptions {
  /** Folder with the pages. */
  dir: string;
  hubUrl: string;
  /** Stays on this server: only the calls of `backend.ts` use it. */
  secretKey: string;
  /** Host names that the shop answers under, without port. */
  hosts: ReadonlySet<string>;
}

const PAGES: Record<string, string> = {
  "/": "index.html",
  "/account": "account.html",
  "/configurator": "configurator.html",
  "/torture": "torture.html",
  "/away": "away.html",
};
const ASSETS: Record<string, { file: string; type: string }> = {
  "/site.css": { file: "site.css", type: "text/css; charset=utf-8" },
  "/configurator.js": { file: "configurator.js", type: "text/javascript; charset=utf-8" },
  "/torture.css": { file: "torture.css", type: "text/css; charset=utf-8" },
  "/torture.js": { file: "torture.js", type: "text/javascript; charset=utf-8" },
};
const WEBHOOK_PATH = "/webhook";
const CUSTOMER = { user_id: "u_1042", name: "Ada Lovelace", email: "ada@example.com" };
const TOKEN_PLACEHOLDER = "{{user_token}}";

/** The pages hold the snippet with the default hub; on other ports the hub's real address is written in. */
export function createDemoSite({
  dir,
  hubUrl,
  secretKey,
  hosts,
}: DemoSiteOptions): (request: Request, connection?: { address: string | null }) => Promise<Response> {
  const receiveWebhook = createWebhookReceiver(() => fetchWebhookSecrets({ hubUrl, secretKey }));
  return async (request, connection) => {
    const { hostname, pathname } = new URL(request.url);
    // Another site whose name leads to this machine would read the customer's token otherwise (DNS rebinding).
    if (!hosts.has(hostname)) return new Response("Misdirected request", { status: 421 });
    if (pathname === WEBHOOK_PATH) return receiveWebhook(request);
    if (/^\/_faults(?:\/|$)/.test(pathname))
      return passToFaults(request, hubUrl, connection?.address ?? null);
    const asset = ASSETS[pathname];
    if (asset) {
      return new Response(await readFile(join(dir, asset.file)), { headers: { "content-type": asset.type } });
    }
    const page = PAGES[pathname];
    if (page === undefined) return new Response("Not found", { status: 404 });
    const html = (await readFile(join(dir, page), "utf8")).replaceAll(DEFAULT_HUB_URL, hubUrl);
    const isPersonal = html.includes(TOKEN_PLACEHOLDER);
    const customer = CUSTOMER;
    const token = isPersonal
      ? await mintUserToken({ hubUrl, secretKey, clientKey: DEMO_CLIENT_KEY, customer })
      : "";
    return new Response(html.replaceAll(TOKEN_PLACEHOLDER, token), {
      headers: {
        "content-type": "text/html; charset=utf-8",
        // The back/forward cache keeps no page that must not be stored.
        "cache-control": isPersonal ? "no-store" : "no-cache",
      },
    });
  };
}
