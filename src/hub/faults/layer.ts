// Owns the way of a request through the faults: which rules hit it, what is left of the answer, the line in the log.
// Wraps any `(Request) -> Response`; needs no socket. For development and tests.
import type { HubClock } from "../clock.ts";
import type { Connection } from "../http/peer.ts";
import type { Hub } from "../hub.ts";
import { DroppedConnection, breakConnection } from "./break.ts";
import { createDice } from "./dice.ts";
import type { Hit } from "./dice.ts";
import { describeFault, inject } from "./inject.ts";
import { createFaultLog } from "./log.ts";
import type { FaultLog } from "./log.ts";
import { faultRouteOf, isStream } from "./routes.ts";
import type { FaultRoute } from "./routes.ts";
import type { FaultPlan } from "./rules.ts";
import { createUpstream } from "./upstream.ts";
import type { Trace, Upstream } from "./upstream.ts";

export interface FaultLayerOptions {
  /** The hub, or whatever shall be disturbed. */
  fetch: Hub["fetch"];
  clock: HubClock;
  /** @default no rules */
  plan?: FaultPlan;
}

export interface FaultLayer extends Pick<Upstream, "breakStreams"> {
  /**
   * Answers one request as the rules want it.
   * @throws DroppedConnection (a TypeError) when the connection breaks and there is no socket; a body may end so too.
   */
  fetch: Hub["fetch"];
  /** Replaces all rules and throws the dice anew. */
  setPlan(plan: FaultPlan): void;
  readonly plan: FaultPlan;
  /** How often each rule of the plan has hit. */
  hits(): number[];
  /** From now on the session tokens handed out so far are answered with 401; refresh tokens stay good. */
  expireSessionTokens(): void;
  readonly log: FaultLog;
}

export const NO_FAULTS: FaultPlan = { seed: 1, rules: [] };

const contentTypeOf = (route: FaultRoute): string => {
  if (route === "file") return "text/javascript; charset=utf-8";
  return isStream(route) ? "text/event-stream; charset=utf-8" : "application/json; charset=utf-8";
};

/** The hit that ends the request; the others only delay it. */
const isHanging = (hits: readonly Hit[]): boolean =>
  hits.find(({ rule }) => rule.fault.kind !== "latency")?.rule.fault.kind === "hang";

export function createFaultLayer({ fetch, clock, plan = NO_FAULTS }: FaultLayerOptions): FaultLayer {
  const log = createFaultLog(clock.now);
  const upstream = createUpstream(fetch, clock);
  let current = plan;
  let dice = createDice(plan);

  const disturb = async (
    request: Request,
    connection: Connection | undefined,
    { route, path }: { route: FaultRoute; path: string },
  ) => {
    const startedAtMs = clock.now();
    const trace: Trace = { session: null, requestId: null };
    const hits = dice.roll(route);
    const write = (status: number | null) =>
      log.add({
        type: "request",
        method: request.method,
        route,
        path,
        status,
        faults: hits.map(({ rule }) => describeFault(rule.fault)),
        request_id: trace.requestId,
        ms: Math.max(0, clock.now() - startedAtMs),
        session: trace.session,
      });
    // What hangs has no end to write a line at.
    if (isHanging(hits)) write(null);
    try {
      const answer = () => upstream.ask(request, connection, { route, trace });
      const contentType = contentTypeOf(route);
      const response = await (hits.length === 0
        ? answer()
        : inject(hits, { request, connection, clock, contentType, answer }));
      write(response.status);
      return response;
    } catch (failure) {
      if (!isHanging(hits)) write(null);
      if (failure instanceof DroppedConnection) return breakConnection(connection);
      throw failure;
    }
  };

  return {
    log,
    get plan() {
      return current;
    },
    hits: () => dice.hits(),
    setPlan(next) {
      current = next;
      dice = createDice(next);
    },
    expireSessionTokens: upstream.expireSessionTokens,
    breakStreams: upstream.breakStreams,
    async fetch(request, connection) {
      const path = new URL(request.url).pathname;
      const route = faultRouteOf(path);
      // Preflights are the browser's own requests: what they would get, the request itself gets.
      if (route === null || request.method === "OPTIONS") return fetch(request, connection);
      return disturb(request, connection, { route, path });
    },
  };
}
