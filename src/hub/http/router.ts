// Owns route tables: path -> method -> endpoint. The only file besides app.ts that knows which web framework is used.
import { Hono } from "hono";
import type * as v from "valibot";
import type { WireErrorCode } from "../../protocol/errors.ts";
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

/** A successful answer. Without a schema: no body, or one that is no JSON. */
export interface Answer {
  description: string;
  schema?: v.GenericSchema;
  /** @default "application/json" when there is a schema */
  contentType?: string;
}

/** What is mounted and, in the same object, what the reference says of it. */
export interface Endpoint {
  /** Heading in the reference. */
  tag: string;
  /** One short sentence without a full stop. */
  summary: string;
  auth: "none" | "secret-key" | "session";
  query?: Record<string, v.GenericSchema>;
  /** The schema the handler reads the body with. */
  body?: v.GenericSchema;
  /** Successful answers by status. */
  answers: Record<number, Answer>;
  /** What it refuses with, besides what the authentication and every endpoint may. */
  errors?: readonly WireErrorCode[];
  handle: Handler;
}

/** Paths in `:name` notation. HEAD is answered wherever GET is. */
export type Routes = Record<string, Partial<Record<Method, Endpoint>>>;

/** @throws HubError for an encoded NUL: no path of ours and no database text can hold one. */
function refuseNul({ pathname, search }: URL): void {
  if (pathname.includes("%00")) throw new HubError("not_found");
  if (search.includes("%00"))
    throw new HubError("invalid_request", { detail: "The URL holds a NUL character" });
}

/** What a request brings along besides itself: its URL, which is parsed once. */
type Bindings = { url: URL };
export type Router = (request: Request, bindings: Bindings) => Promise<Response>;

/** A table, ready to answer. A known path with another method is 405 with `Allow`. */
export function createRouter(routes: Routes): Router {
  const app = new Hono<{ Bindings: Bindings }>();
  for (const [path, methods] of Object.entries(routes)) {
    const endpoints = new Map(
      Object.entries(methods).flatMap(([method, endpoint]) =>
        (method === "GET" ? ["GET", "HEAD"] : [method]).map((name) => [name, endpoint] as const),
      ),
    );
    app.all(path, ({ req, env }) => {
      const endpoint = endpoints.get(req.method);
      if (endpoint === undefined) throw wrongMethod([...endpoints.keys()]);
      refuseNul(env.url);
      return endpoint.handle({ request: req.raw, url: env.url, param: (name) => req.param(name) ?? "" });
    });
  }
  app.notFound(() => {
    throw new HubError("not_found");
  });
  app.onError((failure) => {
    throw failure;
  });
  return async (request, bindings) => app.fetch(request, bindings);
}

/** @param allow the methods that the path has. */
export function wrongMethod(allow: readonly string[]): HubError {
  const useful = allow.filter((method) => method !== "HEAD");
  return new HubError("method_not_allowed", { detail: `Use ${useful.join(" or ")}`, allow });
}

/** A JSON answer. Nothing of the API is cacheable unless a header says so. */
export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store", ...headers },
  });
}

export const noContent = (): Response => new Response(null, { status: 204 });
