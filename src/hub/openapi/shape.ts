// Owns how a JSON Schema reads to a person: one line for a type, one table for an object.
import type { JsonSchema } from "@valibot/to-json-schema";
import { Html, markup } from "./html.ts";

const NAMED = /^#\/components\/schemas\/(\w+)$/;

/** Where the page shows a named shape. */
export const anchorOf = (name: string): string => `shape-${name}`;

const isSchema = (value: unknown): value is JsonSchema => typeof value === "object" && value !== null;

const joined = (pieces: readonly Html[], separator: string): Html =>
  new Html(pieces.map(({ text }) => text).join(separator));

/** `string`, `"a" | "b"`, `list of Agent`, with links to named shapes. */
export function typeOf(schema: JsonSchema): Html {
  const name = NAMED.exec(schema.$ref ?? "")?.[1];
  if (name !== undefined) return markup`<a href="#${anchorOf(name)}">${name}</a>`;
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives !== undefined) return joined(alternatives.filter(isSchema).map(typeOf), " or ");
  if (schema.const !== undefined) return markup`<code>${JSON.stringify(schema.const)}</code>`;
  if (schema.enum !== undefined)
    return joined(
      schema.enum.map((value) => markup`<code>${JSON.stringify(value)}</code>`),
      " or ",
    );
  if (schema.type === "array")
    return isSchema(schema.items) && !Array.isArray(schema.items)
      ? markup`list of ${typeOf(schema.items)}`
      : markup`list`;
  return markup`${typeof schema.type === "string" ? schema.type : "anything"}`;
}

/** What an integer column holds: no limit that anybody needs to read of. */
const LARGEST_INTEGER = 2_147_483_647;

/** `1 to 120 characters`, `at most 32`: the limits that a schema states. */
function limitsOf(schema: JsonSchema): string {
  const { minLength, maxLength, minimum, maximum, minItems, maxItems } = schema;
  const range = (least = 0, most = Infinity, unit = ""): string => {
    if (most >= LARGEST_INTEGER) return least === 0 ? "" : `at least ${least}${unit}`;
    return least === 0 ? `at most ${most}${unit}` : `${least} to ${most}${unit}`;
  };
  return [
    range(minLength, maxLength, " characters"),
    range(minItems, maxItems, maxItems === undefined ? " entry" : " entries"),
    range(minimum, maximum),
    schema.pattern === undefined ? "" : `matches ${schema.pattern}`,
  ]
    .filter(Boolean)
    .join(", ");
}

/** A nullable member states its limits on the part that is not null. */
const stated = (schema: JsonSchema): JsonSchema =>
  schema.anyOf?.filter(isSchema).find(({ type }) => type !== "null") ?? schema;

function row(name: string, schema: JsonSchema, isRequired: boolean): Html {
  const notes = [
    schema.description ?? stated(schema).description ?? "",
    limitsOf(stated(schema)),
    schema.default === undefined ? "" : `default ${JSON.stringify(schema.default)}`,
  ];
  return markup`<tr>
    <th scope="row"><code>${name}</code></th>
    <td>${typeOf(schema)}</td>
    <td>${isRequired ? "yes" : "no"}</td>
    <td>${notes.filter(Boolean).join("; ")}</td>
  </tr>`;
}

interface Member {
  name: string;
  schema: JsonSchema;
  required: boolean;
}

/** A table of members. */
export const membersTable = (rows: readonly Member[]): Html =>
  markup`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th scope="col">Member</th>
          <th scope="col">Type</th>
          <th scope="col">Required</th>
          <th scope="col">Notes</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(({ name, schema, required }) => row(name, schema, required))}
      </tbody>
    </table>
  </div>`;

/** The members of an object, and those of objects inside it as `outer.inner`. */
function membersOf(schema: JsonSchema, prefix = ""): Member[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, member]) => {
    if (!isSchema(member)) return [];
    const required = schema.required?.includes(name) ?? false;
    return [{ name: prefix + name, schema: member, required }, ...membersOf(member, `${prefix}${name}.`)];
  });
}

/** A named shape: its members, or each alternative's. */
export function shapeOf(schema: JsonSchema): Html {
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives !== undefined) return joined(alternatives.filter(isSchema).map(shapeOf), "<p>or</p>");
  const members = membersOf(schema);
  return members.length === 0 ? markup`<p>${typeOf(schema)}</p>` : membersTable(members);
}
