// Owns what machines ask about the hub itself: is it alive, may it get traffic, how is it doing.
import { sql } from "drizzle-orm";
import { healthAnswer } from "../../protocol/openapi-answers.ts";
import { HEALTH_PATH, METRICS_PATH, READY_PATH } from "../../protocol/paths.ts";
import { HubError } from "../errors.ts";
import { bearerOf } from "../http/bearer.ts";
import { isFromHere } from "../http/peer.ts";
import { json } from "../http/router.ts";
import type { Endpoint, Routes } from "../http/router.ts";
import type { Services } from "../services.ts";
import { digest, isSameDigest } from "../tokens/opaque.ts";

/** A store that takes longer to answer nothing is not one to send visitors to. */
const STORE_PATIENCE_MS = 2000;

async function requireStore({ db, clock }: Services): Promise<void> {
  const patience = new AbortController();
  const late = clock.sleep(STORE_PATIENCE_MS, patience.signal).then(() => "late" as const);
  const answered = db.execute(sql`select 1`).then(
    () => "answered" as const,
    () => "failed" as const,
  );
  const outcome = await Promise.race([answered, late]);
  patience.abort();
  if (outcome !== "answered") throw new HubError("not_ready", { detail: "The database does not answer" });
}

/** Figures are for the operator: with the token, or from this very machine and not through a proxy on it. */
function requireOperator(request: Request, tokenDigest: string | null): void {
  const token = bearerOf(request);
  if (tokenDigest !== null && token !== null && isSameDigest(digest(token), tokenDigest)) return;
  if (tokenDigest === null && isFromHere(request)) return;
  throw new HubError("not_found");
}

const tag = "Operations";

/** `/healthz`: this process answers. `/readyz`: its store does too, and it is not stopping. `/metrics`: Prometheus. */
export function probeRoutes(services: Services): Routes {
  const ok = () => json({ status: "ok", server_time: new Date(services.clock.now()).toISOString() });
  const probe = (summary: string, handle: Endpoint["handle"], errors: Endpoint["errors"] = []): Endpoint => ({
    tag,
    summary,
    auth: "none",
    answers: { 200: { description: "It does", schema: healthAnswer } },
    errors,
    handle,
  });
  return {
    [HEALTH_PATH]: { GET: probe("Whether the hub answers", ok) },
    [READY_PATH]: {
      GET: probe(
        "Whether the hub and its store can take visitors",
        async () => {
          if (services.lifecycle.isStopping)
            throw new HubError("not_ready", { detail: "The hub is stopping" });
          await requireStore(services);
          return ok();
        },
        ["not_ready"],
      ),
    },
    [METRICS_PATH]: {
      GET: {
        tag,
        summary: "Figures for Prometheus; for the holder of the metrics token, without one for this machine",
        auth: "none",
        answers: { 200: { description: "The text exposition format", contentType: "text/plain" } },
        errors: ["not_found"],
        handle: async ({ request }) => {
          requireOperator(request, services.lifecycle.metricsTokenDigest);
          const { contentType, text } = await services.metrics.expose();
          return new Response(text, {
            headers: { "Content-Type": contentType, "Cache-Control": "no-store" },
          });
        },
      },
    },
  };
}
