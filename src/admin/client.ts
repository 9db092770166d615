// Owns `FoyerAdmin`: the parts of the client joined. The key is inside `send`, out of reach of whoever prints the client.
import { agents } from "./agents.ts";
import type { Agents } from "./agents.ts";
import { readOptions } from "./options.ts";
import type { FoyerAdminOptions } from "./options.ts";
import { orgs } from "./orgs.ts";
import type { Orgs } from "./orgs.ts";
import { publishableKeys } from "./publishable-keys.ts";
import type { PublishableKeys } from "./publishable-keys.ts";
import { createSend } from "./request.ts";
import { userTokens } from "./user-tokens.ts";
import type { UserTokens } from "./user-tokens.ts";
import { webhookSettings } from "./webhook-settings.ts";
import type { WebhookSettingsClient } from "./webhook-settings.ts";
import { widgetKeys } from "./widget-keys.ts";
import type { WidgetKeys } from "./widget-keys.ts";
import { widgetSettings } from "./widget-settings.ts";
import type { WidgetSettingsClient } from "./widget-settings.ts";

/**
 * The management API of a hub, for your backend. Runs wherever there is `fetch`, except in a browser.
 * Calls that do the same when done twice (all but those that create, `transfer` and `rotateSecret`) are repeated after
 * 408, 429, 5xx and broken connections: at most `maxRetries` times, with growing pauses, `Retry-After` obeyed up to a
 * minute.
 */
export class FoyerAdmin {
  readonly baseUrl: string;
  readonly widgetKeys: WidgetKeys;
  readonly publishableKeys: PublishableKeys;
  readonly userTokens: UserTokens;
  readonly agents: Agents;
  readonly widgetSettings: WidgetSettingsClient;
  readonly webhookSettings: WebhookSettingsClient;
  readonly orgs: Orgs;

  /** @throws FoyerAdminError `used_in_browser` or `invalid_options` */
  constructor(options: FoyerAdminOptions) {
    const settings = readOptions(options);
    const send = createSend(settings);
    this.baseUrl = settings.baseUrl;
    this.widgetKeys = widgetKeys(send);
    this.publishableKeys = publishableKeys(send);
    this.userTokens = userTokens(send);
    this.agents = agents(send);
    this.widgetSettings = widgetSettings(send);
    this.webhookSettings = webhookSettings(send);
    this.orgs = orgs(send);
  }
}
