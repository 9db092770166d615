// Owns CORS of the browser-facing routes: every answer, errors included, can be read by the page that asked.
// It grants reading only; whether an origin may use a key is decided elsewhere.

const READABLE_ORIGIN = /^[\x21-\x2b\x2d-\x7e]{1,512}$/;

/** Adds what lets the asking page read this answer. */
export function allowReading(headers: Headers, request: Request): void {
  headers.append("Vary", "Origin");
  const origin = request.headers.get("Origin");
  if (origin === null || !READABLE_ORIGIN.test(origin)) return;
  headers.set("Access-Control-Allow-Origin", origin);
  headers.set("Access-Control-Expose-Headers", "Retry-After, Date, X-Request-Id");
}

/** Answers every preflight alike: at this point the key is not known. */
export function preflight(request: Request): Response {
  const headers = new Headers({
    "Access-Control-Allow-Methods": "GET, POST, PATCH, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Last-Event-ID, Accept",
    "Access-Control-Max-Age": "600",
  });
  if (request.headers.get("Access-Control-Request-Private-Network") === "true") {
    headers.set("Access-Control-Allow-Private-Network", "true");
  }
  return new Response(null, { status: 204, headers });
}
