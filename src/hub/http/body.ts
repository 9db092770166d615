// Owns reading a JSON body from a stranger: type, size, encoding and depth are checked before anything is parsed.
import { HubError } from "../errors.ts";
import { toStorable } from "../store/text.ts";

const MAX_BYTES = 256 * 1024;
const MAX_DEPTH = 64;
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;

function checkSize(bytes: Uint8Array): Uint8Array {
  if (bytes.byteLength > MAX_BYTES) throw new HubError("payload_too_large");
  return bytes;
}

async function readBytes(request: Request): Promise<Uint8Array> {
  if (Number(request.headers.get("Content-Length") ?? 0) > MAX_BYTES) throw new HubError("payload_too_large");
  if (request.headers.has("Content-Length")) return checkSize(new Uint8Array(await request.arrayBuffer()));
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body?.getReader();
  for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
    size += part.value.byteLength;
    if (size > MAX_BYTES) {
      await reader?.cancel();
      throw new HubError("payload_too_large");
    }
    chunks.push(part.value);
  }
  return Buffer.concat(chunks);
}

/** Nesting of brackets outside of strings: told in one pass, before a parser sees the text. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let isInString = false;
  for (let index = 0; index < text.length; index += 1) {
    const char = text.charAt(index);
    if (char === '"') isInString = !isInString;
    else if (isInString) index += char === "\\" ? 1 : 0;
    else if (char === "{" || char === "[") depth += 1;
    else if (char === "}" || char === "]") depth -= 1;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

/**
 * The parsed body; an absent one is `{}`, so that the endpoint can say what is missing.
 * @throws HubError 413, 415, or `invalid_json` for bad UTF-8, bad JSON and nesting deeper than 64.
 */
export async function readJson(request: Request): Promise<unknown> {
  const contentType = request.headers.get("Content-Type");
  if (contentType !== null && !JSON_TYPE.test(contentType)) throw new HubError("unsupported_media_type");
  const bytes = await readBytes(request);
  if (bytes.byteLength === 0) return {};
  if (contentType === null) throw new HubError("unsupported_media_type");
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (isTooDeep(text)) throw new HubError("invalid_json", { detail: `Nested deeper than ${MAX_DEPTH}` });
    const parsed: unknown = JSON.parse(text);
    // JSON can escape what no database text can hold.
    return text.includes("\\u") ? toStorable(parsed) : parsed;
  } catch (failure) {
    if (failure instanceof HubError) throw failure;
    throw new HubError("invalid_json");
  }
}

/** Copies alias members to their canonical names: `{ external_user_id: "user_id" }`. A canonical member wins. */
export function withAliases(body: unknown, aliases: Record<string, string>): unknown {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return body;
  const members = new Map(Object.entries(body));
  for (const [alias, canonical] of Object.entries(aliases)) {
    if (!members.has(canonical) && members.has(alias)) members.set(canonical, members.get(alias));
  }
  members.delete("__proto__");
  return Object.fromEntries(members);
}
