// Owns the names by which faults call the routes: everything that a page asks the hub for, and nothing else.
import { WIDGET_PATHS } from "../../protocol/paths.ts";
import { MESSAGES_PATH } from "../../protocol/thread-paths.ts";

export const FAULT_ROUTES = [
  "config",
  "guest",
  "exchange",
  "refresh",
  "logout",
  "connect",
  "run-events",
  "cancel",
  "threads",
  "messages",
  "feedback",
  "file",
] as const;
export type FaultRoute = (typeof FAULT_ROUTES)[number];

const EXACT: Record<string, FaultRoute> = {
  [WIDGET_PATHS.config]: "config",
  [WIDGET_PATHS.guest]: "guest",
  [WIDGET_PATHS.exchange]: "exchange",
  [WIDGET_PATHS.refresh]: "refresh",
  [WIDGET_PATHS.logout]: "logout",
  [WIDGET_PATHS.connect]: "connect",
  [WIDGET_PATHS.threads]: "threads",
};
const SHAPED: readonly (readonly [RegExp, FaultRoute])[] = [
  [new RegExp(`^${WIDGET_PATHS.runs}/[^/]+/events$`), "run-events"],
  [new RegExp(`^${WIDGET_PATHS.runs}/[^/]+/cancel$`), "cancel"],
  [new RegExp(`^${WIDGET_PATHS.threads}/[^/]+/messages$`), "messages"],
  [new RegExp(`^${WIDGET_PATHS.threads}/[^/]+$`), "threads"],
  [new RegExp(`^${MESSAGES_PATH}/[^/]+/feedback$`), "feedback"],
  [/^\/[^/]+\.(?:js|css|json|svg|png|woff2)$/, "file"],
];

/** Null for what pages do not ask for: management, probes, documents. */
export function faultRouteOf(pathname: string): FaultRoute | null {
  const path = pathname.replace(/^\/v1\//, "/api/v1/");
  if (path === "/openapi.json") return null;
  return EXACT[path] ?? SHAPED.find(([shape]) => shape.test(path))?.[1] ?? null;
}

/** Whether a good answer of this route is an event stream. */
export const isStream = (route: FaultRoute): boolean => route === "connect" || route === "run-events";
