// Owns a widget in front of a scripted hub, and short ways to look at both.
import type { Widget } from "../handle.ts";
import type { RawOptions } from "../options.ts";
// A part that is there already comes without waiting for the disk.
import "../config.ts";
import "../outbox-shared.ts";
import "../past.ts";
import type { AgentRow, VisitorRow } from "../rows.ts";
import { createWidget } from "../widget.ts";
import { ManualEnvironment } from "./environment.ts";
import { API_URL, CLIENT_KEY, FakeHub } from "./hub.ts";
import { LOADED } from "./parts.ts";

export interface Stage {
  env: ManualEnvironment;
  hub: FakeHub;
  /** The widget started last. */
  widget: Widget;
  start(options?: Partial<RawOptions>): Widget;
  visitorRow(): VisitorRow | undefined;
  /** The last row of the agent. */
  agentRow(): AgentRow | undefined;
  stored(): Record<string, unknown> | null;
  paths(): string[];
}

export function createStage(): Stage {
  const env = new ManualEnvironment();
  const start = (options: Partial<RawOptions> = {}): Widget => {
    stage.widget = createWidget({ clientKey: CLIENT_KEY, apiUrl: API_URL, ...options }, env, LOADED);
    return stage.widget;
  };
  const stage: Stage = {
    env,
    hub: new FakeHub(env),
    widget: createWidget({ clientKey: CLIENT_KEY, apiUrl: API_URL }, new ManualEnvironment()),
    start,
    visitorRow: () => stage.widget.rows.value.find((row) => row.kind === "visitor"),
    agentRow: () => stage.widget.rows.value.findLast((row) => row.kind === "agent"),
    stored() {
      const [text] = env.stored.values();
      return text === undefined ? null : JSON.parse(text);
    },
    paths: () => env.requests.map(({ path }) => path),
  };
  return stage;
}
