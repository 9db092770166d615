// Owns route tables: path -> method -> handler. The only file besides app.ts that knows which web framework is used.
import type { Hono } from "hono";
import { HubError } from "../errors.ts";

/** One request on its way through the hub. */
export interface Call {
  request: Request;
  url: URL;
  /** A path parameter, decoded; "" when the path has none of that name. */
  param(name: string): string;
}
export type Handler = (call: Call) => Promise<Response> | Response;
export type Method = "GET" | "POST" | "PATCH" | "DELETE";
/** Paths in `:name` notation. HEAD is answered wherever GET is. */
export type Routes = Record<string, Partial<Record<Method, Handler>>>;

/** Mounts a table; a known path with another method is 405 with `Allow`. */
export function mount(app: Hono, routes: Routes): void {
  for (const [path, methods] of Object.entries(routes)) {
    for (const [method, handler] of Object.entries(methods)) {
      app.on(method, path, (context) =>
        handler({
          request: context.req.raw,
          url: new URL(context.req.url),
          param: (name) => context.req.param(name) ?? "",
        }),
      );
    }
    app.all(path, () => {
      throw new HubError("method_not_allowed", { detail: `Use ${Object.keys(methods).join(" or ")}` });
    });
  }
}

/** A JSON answer. Nothing of the API is cacheable unless a header says so. */
export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store", ...headers },
  });
}

export const noContent = (): Response => new Response(null, { status: 204 });
