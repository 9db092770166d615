// Owns a stage for tests of a plain conversation: it notes which parts were asked for, and may have no engine.
import { WIDGET_PATHS } from "../../protocol/paths.ts";
import { createEngine } from "../engine.ts";
import type { Parts } from "../engine-room.ts";
import type { Environment } from "../environment.ts";
import type { Widget } from "../handle.ts";
import type { RawOptions } from "../options.ts";
import { Plain } from "../plain.ts";
import { createWidget } from "../widget.ts";
import { settle } from "./environment.ts";
import { API_URL, CLIENT_KEY } from "./hub.ts";
import "./parts.ts";
import { createStage } from "./widget.ts";

const CONFIG = { agent: { id: "a1", name: "Ada" } };
/** What is shown of the usual answer to "hi". */
export const GREETED = ["visitor sent hi", "agent complete Hello there."];

/** What an agent gives beside the text. */
export const BESIDE = {
  type: "CUSTOM",
  name: "foyer.sources",
  value: [{ id: "s1", title: "Guide", url: "https://docs.example/guide" }],
} as const;

export type PlainStage = ReturnType<typeof createPlainStage>;

export function createPlainStage() {
  const stage = createStage();
  const { env, hub } = stage;
  const loads: string[] = [];
  const parts: Parts = {
    plain: async () => {
      loads.push("plain");
      return Plain;
    },
    engine: () => {
      loads.push("engine");
      return plain.loadEngine();
    },
  };
  const plain = {
    stage,
    env,
    hub,
    /** Parts that were asked for, in order. */
    loads,
    /** A test that has no engine puts another one here. */
    loadEngine: (async () => createEngine) as Parts["engine"],
    /** A widget in another page. */
    open: (other: Environment): Widget =>
      createWidget({ clientKey: CLIENT_KEY, apiUrl: API_URL, config: CONFIG }, other, parts),
    start: (options: Partial<RawOptions> = {}): Widget =>
      (stage.widget = createWidget(
        { clientKey: CLIENT_KEY, apiUrl: API_URL, config: CONFIG, ...options },
        env,
        parts,
      )),
    async say(text: string): Promise<void> {
      stage.widget.send(text);
      await settle();
    },
    shown: (): string[] =>
      stage.widget.rows.value.map((row) =>
        row.kind === "activity" ? "..." : `${row.kind} ${row.state} ${row.text}`,
      ),
    connects: () => env.sent(WIDGET_PATHS.connect),
    texts: () => env.sent(WIDGET_PATHS.connect).map(({ body }) => Object(body)["messages"][0]?.content),
  };
  plain.start();
  return plain;
}
