// Owns reading a body with its schema, and the words for what is wrong with which member. Knows no endpoint.
import * as v from "valibot";
import { HubError } from "../errors.ts";

/** Refuses single members: `{ agent_id: "No such agent." }`. */
export function wrongMembers(sentences: Record<string, string | string[]>): HubError {
  const fields = Object.fromEntries(
    Object.entries(sentences).map(([member, said]) => [member, Array.isArray(said) ? said : [said]]),
  );
  const detail = Object.entries(fields)
    .map(([member, said]) => `${member}: ${said.join(" ")}`)
    .join("; ");
  return new HubError("invalid_request", { detail, fields });
}

const noObject = () => new HubError("invalid_request", { detail: "Send a JSON object" });

/**
 * A parsed body.
 * @throws HubError `invalid_request` that names every wrong member.
 */
export function readMembers<Schema extends v.GenericSchema>(
  schema: Schema,
  body: unknown,
): v.InferOutput<Schema> {
  if (Array.isArray(body)) throw noObject();
  const parsed = v.safeParse(schema, body);
  if (parsed.success) return parsed.output;
  const fields: Record<string, string[]> = {};
  for (const issue of parsed.issues) {
    const [member, ...inside] = (v.getDotPath(issue) ?? "").split(".");
    if (member === undefined || member === "") throw noObject();
    const sentence = issue.input === undefined ? "This field is required." : issue.message;
    (fields[member] ??= []).push(inside.length === 0 ? sentence : `${inside.join(".")}: ${sentence}`);
  }
  throw wrongMembers(fields);
}
