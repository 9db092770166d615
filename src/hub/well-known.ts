// Owns the public signing keys, for every service that verifies a session token.
import { jwksAnswer } from "../protocol/openapi-answers.ts";
import { JWKS_PATH } from "../protocol/paths.ts";
import { json } from "./http/router.ts";
import type { Routes } from "./http/router.ts";
import type { Services } from "./services.ts";

const tag = "Operations";

/** `/.well-known/jwks.json` (RFC 7517), cacheable 5 minutes. */
export function wellKnownRoutes(services: Services): Routes {
  return {
    [JWKS_PATH]: {
      GET: {
        tag,
        summary: "Public keys that verify session tokens",
        auth: "none",
        answers: { 200: { description: "A JWK set", schema: jwksAnswer } },
        handle: async () =>
          json(await services.signing.jwks(), 200, { "Cache-Control": "public, max-age=300" }),
      },
    },
  };
}
