// Owns `client.widgetSettings`: how the widget looks, and who may talk to an agent through it.
import { AGENTS_PATH, WIDGET_SETTINGS_PATH } from "../protocol/paths.ts";
import type { AgentWidgetSettings, WidgetSettings } from "../protocol/settings.ts";
import { itemPath } from "./item-path.ts";
import { objectWith } from "./read.ts";
import type { Send } from "./request.ts";

/** What is named changes; null goes back to the default. */
export type WidgetSettingsPatch = { [Member in keyof WidgetSettings]?: WidgetSettings[Member] | null };

/** Every call throws FoyerAdminError. */
export interface WidgetSettingsClient {
  /** The account's looks in force: what was never set has its default. */
  get(): Promise<WidgetSettings>;
  update(patch: WidgetSettingsPatch): Promise<WidgetSettings>;
  /**
   * The settings of one agent, by id or number: whether its widget loads, for guests, users or both, and looks of its
   * own, null where it follows the account's.
   */
  forAgent(id: string | number): {
    get(): Promise<AgentWidgetSettings>;
    update(patch: Partial<AgentWidgetSettings>): Promise<AgentWidgetSettings>;
  };
}

const readLooks = objectWith<WidgetSettings>("primary_color", "launcher_position");
const readAgent = objectWith<AgentWidgetSettings>("widget_enabled", "auth_mode");

export function widgetSettings(send: Send): WidgetSettingsClient {
  return {
    get: () => send({ method: "GET", path: WIDGET_SETTINGS_PATH, read: readLooks }),
    update: (patch) => send({ method: "PATCH", path: WIDGET_SETTINGS_PATH, body: patch, read: readLooks }),
    forAgent: (id) => {
      const path = itemPath(AGENTS_PATH, id, "/widget-settings");
      return {
        get: () => send({ method: "GET", path, read: readAgent }),
        update: (patch) => send({ method: "PATCH", path, body: patch, read: readAgent }),
      };
    },
  };
}
