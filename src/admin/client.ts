// Owns `FoyerAdmin`: the parts of the client joined. The key is inside `send`, out of reach of whoever prints the client.
import { readOptions } from "./options.ts";
import type { FoyerAdminOptions } from "./options.ts";
import { createSend } from "./request.ts";
import { userTokens } from "./user-tokens.ts";
import type { UserTokens } from "./user-tokens.ts";
import { widgetKeys } from "./widget-keys.ts";
import type { WidgetKeys } from "./widget-keys.ts";

/**
 * The management API of a hub, for your backend. Runs wherever there is `fetch`, except in a browser.
 * Calls that may be repeated (all but `create` of a key or agent, and `transfer`) are, after 408, 429, 5xx and broken
 * connections: at most `maxRetries` times, with growing pauses, `Retry-After` obeyed up to a minute.
 */
export class FoyerAdmin {
  readonly baseUrl: string;
  readonly widgetKeys: WidgetKeys;
  readonly userTokens: UserTokens;

  /** @throws FoyerAdminError `used_in_browser` or `invalid_options` */
  constructor(options: FoyerAdminOptions) {
    const settings = readOptions(options);
    const send = createSend(settings);
    this.baseUrl = settings.baseUrl;
    this.widgetKeys = widgetKeys(send);
    this.userTokens = userTokens(send);
  }
}
