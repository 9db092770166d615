// Owns the endpoints for machines around the hub: the public signing keys and the health check.
import { sql } from "drizzle-orm";
import { healthAnswer, jwksAnswer } from "../protocol/openapi-answers.ts";
import { HEALTH_PATH, JWKS_PATH } from "../protocol/paths.ts";
import { json } from "./http/router.ts";
import type { Routes } from "./http/router.ts";
import type { Services } from "./services.ts";

const tag = "Operations";

/** `/.well-known/jwks.json` (RFC 7517, cacheable 5 minutes) and `/healthz` (200 while the store answers). */
export function wellKnownRoutes(services: Services): Routes {
  return {
    [JWKS_PATH]: {
      GET: {
        tag,
        summary: "Public keys that verify session tokens",
        auth: "none",
        answers: { 200: { description: "A JWK set", schema: jwksAnswer } },
        handle: () => json(services.signing.jwks(), 200, { "Cache-Control": "public, max-age=300" }),
      },
    },
    [HEALTH_PATH]: {
      GET: {
        tag,
        summary: "Whether the hub and its store answer",
        auth: "none",
        answers: { 200: { description: "They do", schema: healthAnswer } },
        handle: async () => {
          await services.db.execute(sql`select 1`);
          return json({ status: "ok", server_time: new Date(services.clock.now()).toISOString() });
        },
      },
    },
  };
}
