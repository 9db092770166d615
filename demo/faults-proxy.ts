// Owns the way from the torture page to the hub's `/_faults`: same origin for the page, this machine only, no other site.

const NAMES: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);
const NEAR = /^(?:::1|(?:::ffff:)?127\.[\d.]+)$/;

/** @param address of the other end; null for a call in the same process. */
function isOwn(request: Request, url: URL, address: string | null): boolean {
  const origin = request.headers.get("Origin");
  const site = request.headers.get("Sec-Fetch-Site") ?? "none";
  return (
    NAMES.has(url.hostname) &&
    (address === null || NEAR.test(address)) &&
    (origin === null || origin === url.origin) &&
    (site === "same-origin" || site === "none")
  );
}

/** Hands a request below `/_faults` to the hub, and its answer back as JSON. */
export async function passToFaults(
  request: Request,
  hubUrl: string,
  address: string | null,
): Promise<Response> {
  const url = new URL(request.url);
  if (!isOwn(request, url, address)) return new Response("Forbidden", { status: 403 });
  const body = await request.text();
  const answer = await fetch(hubUrl + url.pathname + url.search, {
    method: request.method,
    headers: { Accept: "application/json", ...(body === "" ? {} : { "Content-Type": "application/json" }) },
    ...(body === "" ? {} : { body }),
  });
  return new Response(await answer.text(), {
    status: answer.status,
    headers: { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store" },
  });
}
