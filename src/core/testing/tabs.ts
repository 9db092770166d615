// Owns opening several tabs of one browser, for core tests: widgets on one environment share clock, storage and locks.
import { WIDGET_PATHS } from "../../protocol/paths.ts";
import type { Widget } from "../handle.ts";
import { settle } from "./environment.ts";
import { refusal } from "./hub.ts";
import type { Stage } from "./widget.ts";

export const LATENCY_MS = 100;

/** Rotation as the hub does it (R19): a used token gets its one successor again while that is unused. */
function rotate({ hub }: Stage): (token: string) => string | null {
  const successors = new Map<string, string>();
  let isRevoked = false;
  return (token) => {
    const known = successors.get(token);
    if (known !== undefined && successors.has(known)) isRevoked = true;
    if (isRevoked) return null;
    const next = known ?? `refresh-${hub.sessions + 1}`;
    successors.set(token, next);
    return next;
  };
}

/** A refresh takes a while, so that those of several tabs are under way together. */
function serveRefreshes(stage: Stage): void {
  const { env, hub } = stage;
  const next = rotate(stage);
  hub.overrides.set(
    WIDGET_PATHS.refresh,
    ({ body }) =>
      new Promise((resolve) =>
        env.setTimer(() => {
          const token = next(String(Object(body)["refresh_token"]));
          resolve(
            token === null ? refusal(400, "invalid_refresh_token") : hub.session({ refresh_token: token }),
          );
        }, LATENCY_MS),
      ),
  );
}

/** A guest who has said one thing in the first tab and opened the others. */
export async function openTabs(stage: Stage, count: number): Promise<Widget[]> {
  const tabs = [stage.start()];
  stage.widget.open();
  stage.widget.send("hi");
  await settle();
  serveRefreshes(stage);
  for (let number = 1; number < count; number++) {
    tabs.push(stage.start());
    stage.widget.open();
    await stage.env.advance(LATENCY_MS + 100);
  }
  return tabs;
}
