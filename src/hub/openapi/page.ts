// Owns the reference as a page for people: made of the OpenAPI document alone, without script and without requests.
import { createHash } from "node:crypto";
import type { DocumentedAnswer, OpenApiDocument, Operation } from "./document.ts";
import { Html, markup } from "./html.ts";
import { anchorOf, membersTable, shapeOf, typeOf } from "./shape.ts";
import { STYLE } from "./style.ts";

/** Nothing may be loaded; the one style is allowed by its hash. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const NEEDS: Record<string, string> = { "secret-key": "secret key", session: "session token" };

/** Text with `code` in back quotes. */
const prose = (text: string): Html[] =>
  text.split("`").map((piece, index) => (index % 2 === 1 ? markup`<code>${piece}</code>` : markup`${piece}`));

function bodyOf(operation: Operation): Html {
  const schema = operation.requestBody?.content["application/json"]?.schema;
  return schema === undefined ? markup`` : markup`<h4>Body</h4><p>${typeOf(schema)}</p>`;
}

function answerOf(status: string, { description, content = {} }: DocumentedAnswer): Html {
  if (Number(status) >= 400) {
    const lines = description.split("; ").map((line) => markup`<li>${prose(line)}</li>`);
    return markup`<dt class="bad">${status}</dt><dd><ul>${lines}</ul></dd>`;
  }
  const [type = "", first] = Object.entries(content)[0] ?? [];
  const shape = first?.schema === undefined ? markup`${type}` : typeOf(first.schema);
  return markup`<dt class="good">${status}</dt><dd>${prose(description)}. ${shape}</dd>`;
}

interface Place {
  method: string;
  path: string;
  operation: Operation;
}

function articleOf({ method, path, operation }: Place): Html {
  const [need] = operation.security.flatMap((scheme) => Object.keys(scheme));
  const needs = need === undefined ? "" : markup` <span class="soft">Needs a ${NEEDS[need] ?? need}.</span>`;
  const query = (operation.parameters ?? []).filter((parameter) => parameter.in === "query");
  return markup`<article id="${operation.operationId}">
<h3><span class="method ${method}">${method.toUpperCase()}</span> <code>${path}</code></h3>
<p>${operation.summary}.${needs}</p>
${query.length === 0 ? "" : markup`<h4>Query</h4>${membersTable(query)}`}${bodyOf(operation)}
<h4>Answers</h4>
<dl>${Object.entries(operation.responses).map(([status, answer]) => answerOf(status, answer))}</dl>
</article>
`;
}

interface Group {
  id: string;
  name: string;
  places: Place[];
}

function groupsOf(document: OpenApiDocument): Group[] {
  const all = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  );
  return document.tags.map(({ name }) => ({
    id: `tag-${name.toLowerCase().replaceAll(" ", "-")}`,
    name,
    places: all.filter(({ operation }) => operation.tags.includes(name)),
  }));
}

function contentsOf(groups: readonly Group[]): Html {
  const linkTo = ({ operation }: Place) =>
    markup`<li><a href="#${operation.operationId}">${operation.summary}</a></li>`;
  const items = groups.map(
    ({ id, name, places }) => markup`<li><a href="#${id}">${name}</a><ul>${places.map(linkTo)}</ul></li>`,
  );
  return markup`<nav aria-label="Contents"><ul>${items}<li><a href="#shapes">Shapes</a></li></ul></nav>`;
}

function introductionOf({ info, openapi, components }: OpenApiDocument): Html {
  const schemes = Object.entries(components.securitySchemes).map(
    ([name, { description }]) =>
      markup`<dt>${NEEDS[name] ?? name}</dt><dd><code>Authorization: Bearer ...</code> ${description}</dd>`,
  );
  return markup`<header><h1>${info.title}</h1>
<p>${info.description}</p>
<p>The same for programs: <a href="/openapi.json">openapi.json</a>, OpenAPI ${openapi}.</p>
<dl>${schemes}</dl></header>`;
}

/** The whole page. Its headers must carry `PAGE_POLICY`. */
export function renderPage(document: OpenApiDocument): string {
  const groups = groupsOf(document);
  const sections = groups.map(
    ({ id, name, places }) => markup`<section id="${id}"><h2>${name}</h2>${places.map(articleOf)}</section>`,
  );
  const shapes = Object.entries(document.components.schemas).map(
    ([name, schema]) => markup`<article id="${anchorOf(name)}"><h3>${name}</h3>${shapeOf(schema)}</article>`,
  );
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${document.info.title}: reference</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
${contentsOf(groups)}
<main>
${introductionOf(document)}
${sections}
<section id="shapes"><h2>Shapes</h2>${shapes}</section>
</main>
</body>
</html>
`.text;
}
