// Owns the way of a request through the hub: files, preflight, guards, routes, errors, headers, the log line.
import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import { API } from "../protocol/paths.ts";
import { chatRoutes } from "./chat.ts";
import { configRoutes } from "./config.ts";
import { HubError, errorResponse } from "./errors.ts";
import { createAssets } from "./http/assets.ts";
import { refuseSecretInBrowser } from "./http/bearer.ts";
import { allowReading, preflight } from "./http/cors.ts";
import { mount } from "./http/router.ts";
import type { Routes } from "./http/router.ts";
import { sessionRoutes } from "./session.ts";
import type { Services } from "./services.ts";
import { webhookSettingsRoutes } from "./webhook-settings.ts";
import { wellKnownRoutes } from "./well-known.ts";
import { widgetKeyRoutes } from "./widget-keys.ts";

/** The browser-facing routes, under the canonical prefix and its alias. */
const WIDGET_PATH = /^\/(?:api\/)?v1\/widget\//;
const ALIAS = "/v1";

/** The same table under the alias prefix: documents name both. */
const underAlias = (routes: Routes): Routes =>
  Object.fromEntries(
    Object.entries(routes).map(([path, methods]) => [ALIAS + path.slice(API.length), methods]),
  );

function createRoutes(services: Services): Hono {
  const app = new Hono();
  const widget = { ...configRoutes(services), ...sessionRoutes(services), ...chatRoutes(services) };
  mount(app, widget);
  mount(app, underAlias(widget));
  mount(app, widgetKeyRoutes(services));
  mount(app, webhookSettingsRoutes(services));
  mount(app, wellKnownRoutes(services));
  app.notFound(() => {
    throw new HubError("not_found");
  });
  app.onError((failure) => {
    throw failure;
  });
  return app;
}

/** @param assetsDir folder with the built widget, or null. */
export function createApp(
  services: Services,
  assetsDir: string | null,
): (request: Request) => Promise<Response> {
  const { clock, log } = services;
  const app = createRoutes(services);
  const serveAsset = createAssets(assetsDir);

  const answer = async (request: Request, pathname: string): Promise<Response> => {
    if (request.method === "OPTIONS" && WIDGET_PATH.test(pathname)) return preflight(request);
    refuseSecretInBrowser(request, log);
    return (await serveAsset(request, pathname)) ?? (await app.fetch(request));
  };

  return async (request) => {
    const startedAtMs = clock.now();
    const requestId = randomUUID();
    const { pathname } = new URL(request.url);
    const response = await answer(request, pathname).catch((failure: unknown) => {
      if (!(failure instanceof HubError)) {
        const reason = failure instanceof Error ? (failure.stack ?? failure.message) : "unknown";
        log({ level: "error", event: "internal_error", request_id: requestId, reason });
      }
      return errorResponse(failure, request, clock.now());
    });
    response.headers.set("X-Request-Id", requestId);
    if (WIDGET_PATH.test(pathname)) allowReading(response.headers, request);
    const ms = clock.now() - startedAtMs;
    log({
      level: "info",
      event: "request",
      request_id: requestId,
      method: request.method,
      path: pathname,
      status: response.status,
      ms,
    });
    return response;
  };
}
