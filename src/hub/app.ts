// Owns the way of a request through the hub: files, preflight, guards, routes, errors, headers, the log line.
import { randomUUID } from "node:crypto";
import { API } from "../protocol/paths.ts";
import { agentRoutes } from "./agents-api.ts";
import { chatRoutes } from "./chat.ts";
import type { HubClock } from "./clock.ts";
import { configRoutes } from "./config.ts";
import { HubError, errorResponse } from "./errors.ts";
import { feedbackRoutes } from "./feedback.ts";
import { createAssets } from "./http/assets.ts";
import { isGuess, refuseSecretInBrowser } from "./http/bearer.ts";
import { allowReading, preflight } from "./http/cors.ts";
import { notePeer, peerOf } from "./http/peer.ts";
import type { Connection } from "./http/peer.ts";
import { createRouter } from "./http/router.ts";
import type { Routes } from "./http/router.ts";
import { createSlowDown } from "./limits/slow-down.ts";
import { refuseCrossSite } from "./operations/guard.ts";
import type { Guard } from "./operations/guard.ts";
import { probeRoutes } from "./operations/probes.ts";
import { createRouteLabels } from "./operations/route-labels.ts";
import { referenceRoutes } from "./openapi/routes.ts";
import { orgRoutes } from "./orgs.ts";
import { publishableKeyRoutes } from "./publishable-keys.ts";
import { sessionRoutes } from "./session.ts";
import { settingsRoutes } from "./settings.ts";
import type { Services } from "./services.ts";
import { webhookSettingsRoutes } from "./webhook-settings.ts";
import { wellKnownRoutes } from "./well-known.ts";
import { widgetKeyRoutes } from "./widget-keys.ts";

/** The browser-facing routes, under the canonical prefix and its alias. */
const WIDGET_PATH = /^\/(?:api\/)?v1\/widget\//;
/** Everything that takes keys or tokens; the other paths are files and probes. */
const API_PATH = /^\/(?:api\/)?v1\//;
const ALIAS = "/v1";

/** The same table under the alias prefix: documents name both. */
const underAlias = (routes: Routes): Routes =>
  Object.fromEntries(
    Object.entries(routes).map(([path, methods]) => [ALIAS + path.slice(API.length), methods]),
  );

function routesOf(services: Services): Routes {
  const widget = {
    ...configRoutes(services),
    ...sessionRoutes(services),
    ...chatRoutes(services),
    ...feedbackRoutes(services),
  };
  const described = {
    ...widget,
    ...widgetKeyRoutes(services),
    ...publishableKeyRoutes(services),
    ...agentRoutes(services),
    ...settingsRoutes(services),
    ...webhookSettingsRoutes(services),
    ...orgRoutes(services),
    ...wellKnownRoutes(services),
    ...probeRoutes(services),
  };
  return { ...described, ...referenceRoutes(described), ...underAlias(widget) };
}

export interface AppOptions {
  /** Folder with the built widget, or null. */
  assetsDir: string | null;
  /** Whether X-Forwarded-For is believed. */
  isProxyTrusted: boolean;
  guard: Guard;
}

const isManagement = (pathname: string): boolean => API_PATH.test(pathname) && !WIDGET_PATH.test(pathname);

/** A refused key or token is counted against its address; too many of them become the answer. */
async function countGuess(failure: unknown, request: Request, { limits }: Services): Promise<never> {
  if (failure instanceof HubError && isGuess(failure.code)) await limits.take("failure", peerOf(request));
  throw failure;
}

/** Who was told to wait and goes on asking is told so later. */
function createHoldBack(clock: HubClock) {
  const slowDown = createSlowDown(clock);
  return async (response: Response, request: Request): Promise<void> => {
    const verdict = await slowDown.refused(peerOf(request), request.signal);
    if (verdict === "close") response.headers.set("Connection", "close");
  };
}

export function createApp(
  services: Services,
  { assetsDir, isProxyTrusted, guard }: AppOptions,
): (request: Request, connection?: Connection) => Promise<Response> {
  const { clock, log } = services;
  const routes = routesOf(services);
  const route = createRouter(routes);
  const labelOf = createRouteLabels(Object.keys(routes));
  const serveAsset = createAssets(assetsDir);
  const holdBack = createHoldBack(clock);

  const answer = async (request: Request, url: URL): Promise<Response> => {
    const { pathname } = url;
    guard(request, url);
    if (request.method === "OPTIONS" && WIDGET_PATH.test(pathname)) return preflight(request);
    if (API_PATH.test(pathname)) {
      services.limits.refuseBlocked("failure", peerOf(request));
      refuseSecretInBrowser(request);
    }
    if (isManagement(pathname)) {
      refuseCrossSite(request, url);
      await services.crowd.settleAll();
      return route(request, { url }).finally(services.crowd.forget);
    }
    const asset = API_PATH.test(pathname) ? null : await serveAsset(request, pathname);
    return asset ?? route(request, { url });
  };

  return async (request, connection) => {
    const startedAtMs = clock.now();
    const requestId = randomUUID();
    const url = new URL(request.url);
    const { pathname } = url;
    notePeer(request, connection, isProxyTrusted);
    const judged = answer(request, url).catch((failure) => countGuess(failure, request, services));
    const response = await judged.catch((failure: unknown) => {
      if (!(failure instanceof HubError)) {
        const reason = failure instanceof Error ? (failure.stack ?? failure.message) : "unknown";
        log({ level: "error", event: "internal_error", request_id: requestId, reason });
      } else if (failure.code === "secret_key_in_browser") {
        // Wherever it stood: whoever can open that page has it now.
        log({ level: "error", event: failure.code, origin: request.headers.get("Origin"), path: pathname });
      }
      return errorResponse(failure, request, clock.now());
    });
    response.headers.set("X-Request-Id", requestId);
    if (WIDGET_PATH.test(pathname)) allowReading(response.headers, request);
    const ms = Math.max(0, clock.now() - startedAtMs);
    services.metrics.request(labelOf(pathname), request.method, response.status, ms / 1000);
    log({
      level: "info",
      event: "request",
      request_id: requestId,
      method: request.method,
      path: pathname,
      status: response.status,
      ms,
    });
    // Without a connection there is nothing to hold.
    if (response.status === 429 && connection?.drop !== undefined) await holdBack(response, request);
    return response;
  };
}
