// Owns `/_faults`: rules, scenarios and actions over HTTP, the log as a stream, the page. For this machine only, and
// never for other sites. Applies nothing itself.
import * as v from "valibot";
import type { HubClock } from "../clock.ts";
import { HubError, errorResponse } from "../errors.ts";
import { readJson } from "../http/body.ts";
import { readMembers } from "../http/members.ts";
import { isFromHere, notePeer } from "../http/peer.ts";
import type { Hub } from "../hub.ts";
import { json } from "../http/router.ts";
import { isUuid } from "../ids.ts";
import { createGuard, refuseCrossSite } from "../operations/guard.ts";
import { NO_FAULTS, createFaultLayer } from "./layer.ts";
import type { FaultLayer } from "./layer.ts";
import { streamLog } from "./log-stream.ts";
import { faultFile } from "./page.ts";
import type { ReplaceableHub } from "./replaceable.ts";
import { FAULT_ROUTES } from "./routes.ts";
import { FAULT_CHOICES, FAULT_KINDS, parseFaultPlan } from "./rules.ts";
import type { FaultPlan } from "./rules.ts";
import { FAULT_ACTIONS, SCENARIOS } from "./scenarios.ts";
import type { FaultAction } from "./scenarios.ts";

export const FAULTS_PATH = "/_faults";

export interface FaultConsoleOptions {
  hub: ReplaceableHub;
  clock: HubClock;
  /** @default no rules */
  plan?: FaultPlan;
  /** A site to try the faults on, linked from the page. */
  demoUrl: string;
}

const actionRequest = v.object({
  key_id: v.optional(v.pipe(v.string(), v.check(isUuid, "No such key"))),
});

/** Carries out actions; remembers which keys it revoked. */
function createActions(hub: ReplaceableHub, layer: FaultLayer) {
  const revoked = new Set<string>();
  const act: Record<FaultAction, (keyId: string | null) => Promise<string>> = {
    async "expire-session-tokens"() {
      layer.expireSessionTokens();
      return "All session tokens handed out so far are refused";
    },
    async "expire-refresh-tokens"() {
      await hub.current().damage.expireRefreshTokens();
      return "All refresh tokens have ended";
    },
    async "revoke-keys"(keyId) {
      const ids = await hub.current().damage.revokeKeys(keyId);
      for (const id of ids) revoked.add(id);
      return `${ids.length} revoked`;
    },
    async "restore-keys"() {
      await hub.current().damage.restoreKeys([...revoked]);
      const count = revoked.size;
      revoked.clear();
      return `${count} brought back`;
    },
    async "break-streams"() {
      layer.breakStreams();
      return "Open streams are broken";
    },
    async restart() {
      layer.breakStreams();
      await hub.restart();
      return "Closed and opened again on the same data";
    },
  };
  return async (action: FaultAction, keyId: string | null = null) =>
    layer.log.add({ type: "action", action, detail: await act[action](keyId) });
}

const isAction = (name: string): name is FaultAction => Object.hasOwn(FAULT_ACTIONS, name);

function createApi({ hub, demoUrl }: FaultConsoleOptions, layer: FaultLayer) {
  const run = createActions(hub, layer);
  const state = async () => {
    const { seed, rules } = layer.plan;
    const hits = layer.hits();
    return json({
      seed,
      rules: rules.map((rule, index) => ({ ...rule, hits: hits[index] ?? 0 })),
      keys: await hub.current().damage.listKeys(),
      routes: FAULT_ROUTES,
      kinds: FAULT_KINDS,
      choices: FAULT_CHOICES,
      scenarios: SCENARIOS,
      actions: FAULT_ACTIONS,
      demo_url: demoUrl,
    });
  };
  const replacePlan = (plan: FaultPlan) => {
    layer.setPlan(plan);
    layer.log.add({ type: "action", action: "rules", detail: `${plan.rules.length} with seed ${plan.seed}` });
    return state();
  };
  const write: Record<string, (call: { request: Request; name: string }) => Promise<Response>> = {
    "PUT ": async ({ request }) => replacePlan(parseFaultPlan(await readJson(request))),
    async "DELETE "() {
      await run("restore-keys");
      return replacePlan(NO_FAULTS);
    },
    async "POST actions"({ request, name }) {
      if (!isAction(name)) throw new HubError("not_found", { detail: `There is no action ${name}` });
      const { key_id: keyId } = readMembers(actionRequest, await readJson(request));
      await run(name, keyId);
      return state();
    },
    async "POST scenarios"({ name }) {
      const scenario = SCENARIOS.find(({ id }) => id === name);
      if (scenario === undefined) throw new HubError("not_found", { detail: `There is no scenario ${name}` });
      await replacePlan({ seed: layer.plan.seed, rules: [...scenario.rules] });
      if (scenario.action !== null) await run(scenario.action);
      return state();
    },
  };
  return { state, write };
}

/** Answers requests below `/_faults`, and lets the faults at all others. */
export function createFaultConsole(options: FaultConsoleOptions): FaultLayer {
  const { hub, clock, plan } = options;
  const layer = createFaultLayer({ fetch: hub.fetch, clock, ...(plan === undefined ? {} : { plan }) });
  const { state, write } = createApi(options, layer);
  const guard = createGuard("http://localhost", []);

  const answer = async (request: Request, url: URL): Promise<Response> => {
    guard(request, url);
    if (!isFromHere(request)) throw new HubError("not_found");
    refuseCrossSite(request, url);
    const [, , group = "", name = ""] = url.pathname.split("/");
    if (request.method !== "GET" && request.method !== "HEAD") {
      const handle = write[`${request.method} ${group}`];
      if (handle === undefined) throw new HubError("method_not_allowed");
      return handle({ request, name });
    }
    if (group === "log" && name === "") return streamLog(layer.log, request, url);
    const isForPeople = (request.headers.get("Accept") ?? "").includes("text/html");
    if (group === "" && !isForPeople) return state();
    const file = faultFile(group === "" ? undefined : group);
    if (file === null || name !== "") throw new HubError("not_found");
    return file;
  };

  const fetch: Hub["fetch"] = async (request, connection) => {
    if (!request.url.includes(FAULTS_PATH)) return layer.fetch(request, connection);
    const url = new URL(request.url);
    if (url.pathname !== FAULTS_PATH && !url.pathname.startsWith(`${FAULTS_PATH}/`))
      return layer.fetch(request, connection);
    notePeer(request, connection, false);
    const response = await answer(request, url).catch((failure: unknown) =>
      errorResponse(failure, request, clock.now()),
    );
    response.headers.set("Vary", "Accept");
    response.headers.set("X-Content-Type-Options", "nosniff");
    return response;
  };
  return {
    ...layer,
    get plan() {
      return layer.plan;
    },
    fetch,
  };
}
