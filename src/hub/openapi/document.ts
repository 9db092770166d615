// Owns the OpenAPI 3.1 document: made of the mounted endpoints, so that it cannot say anything else than they do.
import type { JsonSchema } from "@valibot/to-json-schema";
import type * as v from "valibot";
import { WIRE_ERRORS } from "../../protocol/errors.ts";
import type { WireErrorCode } from "../../protocol/errors.ts";
import { PUBLISHABLE_KEYS_PATH } from "../../protocol/paths.ts";
import type { Answer, Endpoint, Routes } from "../http/router.ts";
import { VISITOR_ERRORS } from "../sessions/visitor.ts";
import { namedSchemas, refTo, schemaOf } from "./schemas.ts";

type Content = Record<string, { schema?: JsonSchema }>;

export interface DocumentedAnswer {
  description: string;
  content?: Content;
}

export interface Parameter {
  name: string;
  in: "path" | "query";
  required: boolean;
  schema: JsonSchema;
}

export interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  security: Record<string, string[]>[];
  parameters?: Parameter[];
  requestBody?: { required: true; content: Content };
  responses: Record<string, DocumentedAnswer>;
}

export interface OpenApiDocument {
  openapi: "3.1.0";
  info: { title: string; version: string; description: string };
  servers: { url: string }[];
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: Record<string, JsonSchema>;
    securitySchemes: Record<string, { type: "http"; scheme: "bearer"; description: string }>;
  };
}

const DESCRIPTION = [
  "JSON in and out, UTF-8. Members that are not known are ignored. Timestamps are ISO 8601 UTC with milliseconds.",
  "Every answer carries X-Request-Id. A wrong method is 405, an address that is too long 414, a foreign Host 421.",
  "An error is its sentence as plain text, or RFC 9457 problem details when Accept names application/problem+json or",
  'application/json; under /v1/publishable-key it is {"detail": "..."} or {"<member>": ["..."]}.',
  "Everything under /api/v1/widget/ answers under /v1/widget/ too.",
].join(" ");

const SECURITY = {
  "secret-key": {
    type: "http",
    scheme: "bearer",
    description: "A secret key, sk_live_..., from a backend; refused when it comes from a page",
  },
  session: {
    type: "http",
    scheme: "bearer",
    description: "The token of a session, from the page it was made for",
  },
} as const;

const BODY_ERRORS = ["invalid_json", "payload_too_large", "unsupported_media_type"] as const;

function errorsOf({ auth, body, errors = [] }: Endpoint): WireErrorCode[] {
  const all: WireErrorCode[] = [...errors, "rate_limited", "internal_error"];
  if (body !== undefined) all.push(...BODY_ERRORS);
  if (auth === "session") all.push(...VISITOR_ERRORS);
  if (auth === "secret-key") all.push("secret_key_in_browser", "cross_site_request");
  if (auth === "secret-key" && !all.includes("invalid_api_key")) all.push("missing_bearer");
  return [...new Set(all)];
}

const detail: JsonSchema = {
  type: "object",
  additionalProperties: { anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }] },
};

function errorContent(path: string): Content {
  const problem = { "application/problem+json": { schema: { $ref: refTo("Problem") } } };
  if (path.startsWith(PUBLISHABLE_KEYS_PATH)) return { "application/json": { schema: detail }, ...problem };
  return { "text/plain": { schema: { type: "string" } }, ...problem };
}

function errorAnswers(path: string, endpoint: Endpoint): Record<string, DocumentedAnswer> {
  const byStatus: Record<string, string[]> = {};
  for (const code of errorsOf(endpoint)) {
    const [status, sentence] = WIRE_ERRORS[code];
    (byStatus[status] ??= []).push(`\`${code}\` ${sentence}`);
  }
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, said]) => [
      status,
      { description: said.join("; "), content: errorContent(path) },
    ]),
  );
}

function toAnswer({ description, schema, contentType }: Answer): DocumentedAnswer {
  if (schema === undefined && contentType === undefined) return { description };
  const type = contentType ?? "application/json";
  return {
    description,
    content: { [type]: schema === undefined ? {} : { schema: schemaOf(schema, "output") } },
  };
}

const isOptional = (schema: v.GenericSchema): boolean => ["optional", "nullish"].includes(schema.type);

function parametersOf(path: string, query: Endpoint["query"] = {}): Parameter[] {
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name = ""]) => ({
    name,
    in: "path" as const,
    required: true,
    schema: { type: "string" as const },
  }));
  const inQuery = Object.entries(query).map(([name, schema]) => ({
    name,
    in: "query" as const,
    required: !isOptional(schema),
    schema: schemaOf(schema, "input"),
  }));
  return [...inPath, ...inQuery];
}

/** `PATCH /api/v1/widget-keys/:id` is `patchApiV1WidgetKeysById`. */
function operationIdOf(method: string, path: string): string {
  const words = path.replace(/:(\w)/g, "by-$1").split(/[^A-Za-z0-9]+/);
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  return method.toLowerCase() + name;
}

function toOperation(method: string, path: string, endpoint: Endpoint): Operation {
  const parameters = parametersOf(path, endpoint.query);
  const answers = Object.entries(endpoint.answers).map(([status, answer]) => [status, toAnswer(answer)]);
  return {
    operationId: operationIdOf(method, path),
    tags: [endpoint.tag],
    summary: endpoint.summary,
    security: endpoint.auth === "none" ? [] : [{ [endpoint.auth]: [] }],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(endpoint.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { "application/json": { schema: schemaOf(endpoint.body, "input") } },
          },
        }),
    responses: { ...Object.fromEntries(answers), ...errorAnswers(path, endpoint) },
  };
}

/** `/a/:id` as OpenAPI writes it: `/a/{id}`. */
export const templateOf = (path: string): string => path.replace(/:(\w+)/g, "{$1}");

/** Describes what is mounted. */
export function createDocument(routes: Routes): OpenApiDocument {
  const paths: OpenApiDocument["paths"] = {};
  const tags = new Set<string>();
  for (const [path, methods] of Object.entries(routes)) {
    const operations: Record<string, Operation> = {};
    for (const [method, endpoint] of Object.entries(methods)) {
      operations[method.toLowerCase()] = toOperation(method, path, endpoint);
      tags.add(endpoint.tag);
    }
    paths[templateOf(path)] = operations;
  }
  return {
    openapi: "3.1.0",
    info: { title: "Foyer hub", version: "1", description: DESCRIPTION },
    servers: [{ url: "/" }],
    tags: [...tags].map((name) => ({ name })),
    paths,
    components: { schemas: namedSchemas(), securitySchemes: SECURITY },
  };
}
