// Owns the files of the built widget: the loader under its fixed name, its parts in a folder named by what they hold.
// Serves only these two kinds of names, whatever else lies there.
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";
import { wrongMethod } from "./router.ts";

const LOADER = "foyer.js";
/** Folders of earlier builds may lie beside the newest: pages that were opened before go on with theirs. */
const PART = /^[\da-f]{6,}\/[a-z]+(?:-[a-z]+)*\.js$/;

const READING = ["GET", "HEAD"];

interface Asset {
  plain: Buffer<ArrayBuffer>;
  brotli: Buffer<ArrayBuffer>;
  etag: string;
}

const compress = promisify(brotliCompress);

async function readAsset(file: string): Promise<Asset> {
  const plain = Buffer.from(await readFile(file));
  const brotli = Buffer.from(await compress(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
  return { plain, brotli, etag: createHash("sha256").update(plain).digest("base64url").slice(0, 22) };
}

const accepts = (request: Request, coding: string): boolean =>
  (request.headers.get("Accept-Encoding") ?? "")
    .split(",")
    .map((entry) => entry.trim().toLowerCase())
    .some(
      (entry) => entry === coding || (entry.startsWith(`${coding};`) && !/;\s*q=0(?:\.0*)?$/.test(entry)),
    );

function toResponse(asset: Asset, name: string, request: Request): Response {
  const isBrotli = accepts(request, "br");
  const etag = `"${asset.etag}${isBrotli ? "-br" : ""}"`;
  const body = isBrotli ? asset.brotli : asset.plain;
  const headers = new Headers({
    "Content-Type": "text/javascript; charset=utf-8",
    "Cache-Control":
      name === LOADER
        ? "public, max-age=300, stale-while-revalidate=86400"
        : "public, max-age=31536000, immutable",
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
    Vary: "Accept-Encoding",
    ETag: etag,
  });
  const known = (request.headers.get("If-None-Match") ?? "")
    .split(",")
    .map((tag) => tag.trim().replace(/^W\//, ""));
  if (known.includes(etag)) return new Response(null, { status: 304, headers });
  if (isBrotli) headers.set("Content-Encoding", "br");
  headers.set("Content-Length", String(body.byteLength));
  return new Response(request.method === "HEAD" ? null : body, { headers });
}

/**
 * Answers for a widget file; null when the request is not for one.
 * @throws HubError `method_not_allowed`.
 */
export type ServeAsset = (request: Request, pathname: string) => Promise<Response | null>;

/** @param directory folder with the built widget; null serves nothing. Each file is compressed once per version. */
export function createAssets(directory: string | null): ServeAsset {
  const cache = new Map<string, Promise<Asset>>();
  const load = async (name: string): Promise<Asset | null> => {
    const file = join(directory ?? "", name);
    const found = await stat(file).catch(() => null);
    if (found === null || !found.isFile()) return null;
    const key = `${name}@${found.mtimeMs}:${found.size}`;
    const asset = cache.get(key) ?? readAsset(file);
    for (const old of cache.keys()) if (old.startsWith(`${name}@`)) cache.delete(old);
    cache.set(key, asset);
    return asset;
  };
  return async (request, pathname) => {
    const name = pathname.slice(1);
    if (directory === null) return null;
    if (name !== LOADER && !PART.test(name)) return null;
    const asset = await load(name);
    if (asset === null) return null;
    if (!READING.includes(request.method)) throw wrongMethod(READING);
    return toResponse(asset, name, request);
  };
}
