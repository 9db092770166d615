// Owns `/openapi.json` and `/docs`: the same description of the mounted endpoints for programs and for people.
import * as v from "valibot";
import { DOCS_PATH, OPENAPI_PATH } from "../../protocol/paths.ts";
import { json } from "../http/router.ts";
import type { Routes } from "../http/router.ts";
import { createDocument } from "./document.ts";
import type { OpenApiDocument } from "./document.ts";
import { PAGE_POLICY, renderPage } from "./page.ts";

const CACHE = { "Cache-Control": "public, max-age=300" };
const tag = "Reference";

function page(document: OpenApiDocument): Response {
  return new Response(renderPage(document), {
    headers: {
      ...CACHE,
      "Content-Type": "text/html; charset=utf-8",
      "Content-Security-Policy": PAGE_POLICY,
      "X-Content-Type-Options": "nosniff",
      "Referrer-Policy": "no-referrer",
    },
  });
}

/** @param described the tables to describe; these two endpoints describe themselves too. */
export function referenceRoutes(described: Routes): Routes {
  let document: OpenApiDocument | null = null;
  // Made when somebody asks: a hub that starts has better things to do.
  const load = () => (document ??= createDocument({ ...described, ...routes }));
  const routes: Routes = {
    [OPENAPI_PATH]: {
      GET: {
        tag,
        summary: "This description as OpenAPI 3.1",
        auth: "none",
        answers: { 200: { description: "OpenAPI 3.1", schema: v.record(v.string(), v.unknown()) } },
        handle: () => json(load(), 200, { ...CACHE, "Access-Control-Allow-Origin": "*" }),
      },
    },
    [DOCS_PATH]: {
      GET: {
        tag,
        summary: "This description as a page",
        auth: "none",
        answers: { 200: { description: "A page without script", contentType: "text/html" } },
        handle: () => page(load()),
      },
    },
  };
  return routes;
}
