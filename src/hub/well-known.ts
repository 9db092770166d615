// Owns the endpoints for machines around the hub: the public signing keys and the health check.
import { sql } from "drizzle-orm";
import { HEALTH_PATH, JWKS_PATH } from "../protocol/paths.ts";
import { json } from "./http/router.ts";
import type { Routes } from "./http/router.ts";
import type { Services } from "./services.ts";

/** `/.well-known/jwks.json` (RFC 7517, cacheable 5 minutes) and `/healthz` (200 while the store answers). */
export function wellKnownRoutes(services: Services): Routes {
  return {
    [JWKS_PATH]: {
      GET: () => json(services.signing.jwks(), 200, { "Cache-Control": "public, max-age=300" }),
    },
    [HEALTH_PATH]: {
      GET: async () => {
        await services.db.execute(sql`select 1`);
        return json({ status: "ok", server_time: new Date(services.clock.now()).toISOString() });
      },
    },
  };
}
