// Owns `GET /widget/config`: what a page may know before anyone speaks. Its wire shape is in protocol/config.ts.
import * as v from "valibot";
import { WIDGET_PATHS } from "../protocol/paths.ts";
import { parseConfig } from "../protocol/config.ts";
import { configAnswer } from "../protocol/openapi-answers.ts";
import { AGENT_ERRORS, authModesOf, requireAgent } from "./agents/directory.ts";
import type { AgentRow } from "./agents/directory.ts";
import { HubError } from "./errors.ts";
import { json } from "./http/router.ts";
import type { Call, Routes } from "./http/router.ts";
import { PAGE_KEY_ERRORS, admitPage, countKey } from "./keys/client-keys.ts";
import type { Services } from "./services.ts";
import type { PageKey } from "./store/crowd.ts";
import { digest } from "./tokens/opaque.ts";
import { agentBeforeWebhook } from "./webhook/choose.ts";

type Face = Pick<AgentRow, "id" | "name" | "authMode" | "branding">;

/** Whom the page shows. A webhook says only at the first message who answers: until then it is nobody in particular. */
async function faceOf(services: Services, key: PageKey, wanted: string | null): Promise<Face> {
  if (key.row.mode === "agent") return requireAgent(key, wanted);
  const fallback = await agentBeforeWebhook(services, key.account.id);
  return fallback ?? { id: "", name: "Assistant", authMode: "both", branding: {} };
}

/** The documented sentence of this endpoint is shorter than that of the others. */
function inShortWords(failure: unknown): never {
  if (!(failure instanceof HubError && failure.code === "origin_not_allowed")) throw failure;
  throw new HubError(failure.code, { ...failure.options, text: "Origin not in allowlist" });
}

async function answer(services: Services, call: Call): Promise<Response> {
  const clientKey = call.url.searchParams.get("client_key");
  const { key } = await admitPage(services, call.request, clientKey).catch(inShortWords);
  const agent = await faceOf(services, key, call.url.searchParams.get("agent"));
  await countKey(services.limits, key.row.id);
  await services.crowd.touchKey(key.row.id);
  const branding: Record<string, unknown> = { ...key.account.branding, ...agent.branding };
  // Through the reader of the wire: an unsafe colour or address in the store never reaches a page.
  const config = parseConfig({
    agent: { id: agent.id, name: agent.name },
    branding,
  });
  if (config === null) throw new HubError("agent_unavailable");
  const accent = branding["accent_color"];
  const body = {
    agent: config.agent,
    auth_modes: authModesOf(agent),
    branding: { ...config.branding, ...(typeof accent === "string" ? { accent_color: accent } : {}) },
    strings: config.strings,
    features: {},
  };
  const headers = {
    "Cache-Control": "private, max-age=60",
    ETag: `"${digest(JSON.stringify(body)).slice(0, 32)}"`,
  };
  if (call.request.headers.get("If-None-Match") === headers.ETag)
    return new Response(null, { status: 304, headers });
  return json({ ...body, server_time: new Date(services.clock.now()).toISOString() }, 200, headers);
}

/** The bootstrap config. Its ETag does not change with the time of day. */
export function configRoutes(services: Services): Routes {
  return {
    [WIDGET_PATHS.config]: {
      GET: {
        tag: "Visitor",
        summary: "What a page may know before anyone speaks",
        auth: "none",
        query: { client_key: v.string(), agent: v.optional(v.string()) },
        answers: {
          200: { description: "The config, with an ETag", schema: configAnswer },
          304: { description: "The config is the one with this If-None-Match" },
        },
        errors: [...PAGE_KEY_ERRORS, ...AGENT_ERRORS],
        handle: (call) => answer(services, call),
      },
    },
  };
}
