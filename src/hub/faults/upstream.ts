// Owns the hub as it is below all rules: session tokens that ended early, event streams that can be broken at once, and
// what an answer meant for a session, whether the page heard of it or not.
import { setMaxListeners } from "node:events";
import type { HubClock } from "../clock.ts";
import { HubError, errorResponse } from "../errors.ts";
import { allowReading } from "../http/cors.ts";
import type { Connection } from "../http/peer.ts";
import type { Hub } from "../hub.ts";
import { cutOff } from "./bodies.ts";
import { breakConnection } from "./break.ts";
import { createExpiry } from "./expiry.ts";
import type { SessionEvent } from "./log.ts";
import { isStream } from "./routes.ts";
import type { FaultRoute } from "./routes.ts";

/** What the hub did with a request, filled in when it has answered. */
export interface Trace {
  session: SessionEvent | null;
  /** `X-Request-Id` of the answer. */
  requestId: string | null;
}

export interface Upstream {
  ask(
    request: Request,
    connection: Connection | undefined,
    heard: { route: FaultRoute; trace: Trace },
  ): Promise<Response>;
  expireSessionTokens(): void;
  breakStreams(): void;
}

function sessionEventOf(route: FaultRoute, { ok, status }: Response): SessionEvent | null {
  switch (route) {
    case "guest":
    case "exchange":
      return ok ? "minted" : null;
    case "refresh":
      if (ok) return "rotated";
      return status < 500 && status !== 429 ? "refused" : null;
    case "logout":
      return ok ? "ended" : null;
    default:
      return status === 401 ? "refused" : null;
  }
}

/** Ends all streams that are open; each of them listens for as long as it is. */
function createBreaker(): AbortController {
  const breaker = new AbortController();
  setMaxListeners(Infinity, breaker.signal);
  return breaker;
}

/** @param fetch the hub, or whatever stands in for it. */
export function createUpstream(fetch: Hub["fetch"], clock: HubClock): Upstream {
  const expiry = createExpiry();
  let streams = createBreaker();
  const refuse = (request: Request) => {
    const response = errorResponse(new HubError("invalid_session"), request, clock.now());
    allowReading(response.headers, request);
    return response;
  };
  return {
    async ask(request, connection, { route, trace }) {
      const response = expiry.isExpired(request) ? refuse(request) : await fetch(request, connection);
      trace.requestId = response.headers.get("X-Request-Id");
      trace.session = sessionEventOf(route, response);
      if (trace.session === "minted" || trace.session === "rotated") await expiry.note(response);
      // Only of a stream: an answer whose body is looked at has to be made into a stream first.
      const body = isStream(route) ? response.body : null;
      if (body === null) return response;
      const { signal } = streams;
      return new Response(cutOff(body, { signal, breakOff: () => breakConnection(connection) }), response);
    },
    expireSessionTokens: expiry.expireAll,
    breakStreams() {
      streams.abort();
      streams = createBreaker();
    },
  };
}
