// Owns the management shapes of agents (`/api/v1/agents`): their kinds and what each kind's config holds.
import * as v from "valibot";

export const AGENT_KINDS = ["scripted", "openai", "ag-ui"] as const;
export type AgentKind = (typeof AGENT_KINDS)[number];

export const AGENT_STATUSES = ["active", "paused"] as const;
export type AgentStatus = (typeof AGENT_STATUSES)[number];

const text = (max: number) => v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(max));
const isWebUrl = (value: string): boolean =>
  URL.canParse(value) && ["http:", "https:"].includes(new URL(value).protocol);
const webUrl = v.pipe(text(2000), v.check(isWebUrl, "must be an http or https URL"));

/** Config by kind. */
export const AGENT_CONFIGS = {
  /** Built in and offline. */
  scripted: v.object({
    script: v.pipe(text(80), v.description("support, echo, slow, fail or long")),
    word_pause_ms: v.optional(
      v.pipe(
        v.number(),
        v.minValue(0),
        v.maxValue(10_000),
        v.description("Mean pause between two words, 20 by default; slow and long keep their own"),
      ),
    ),
  }),
  /** Any Chat Completions endpoint. */
  openai: v.object({
    base_url: v.pipe(webUrl, v.description("Without /chat/completions, as https://api.openai.com/v1")),
    model: text(200),
    api_key_env: v.nullish(
      v.pipe(
        v.string(),
        v.regex(/^[A-Z][A-Z0-9_]{0,60}_API_KEY$/, "must be NAME_API_KEY"),
        v.description("Name of the hub's environment variable with the API key; null sends none"),
      ),
      null,
    ),
    system_prompt: v.optional(v.pipe(v.string(), v.maxLength(20_000)), ""),
  }),
  /** Any AG-UI server. */
  "ag-ui": v.object({
    url: webUrl,
    headers: v.optional(
      v.pipe(
        v.record(
          v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z0-9-]{0,99}$/, "is not a header name")),
          v.pipe(v.string(), v.regex(/^[\x20-\x7e]{0,2000}$/, "is not a header value")),
        ),
        v.check((headers) => Object.keys(headers).length <= 20, "at most 20 headers"),
        v.description("Sent with every run, up to 20; readable by who holds a secret key of the account"),
      ),
      {},
    ),
  }),
} as const satisfies Record<AgentKind, v.GenericSchema>;

/** A kind with its config. */
export const agentConfig = v.variant("kind", [
  v.object({ kind: v.literal("scripted"), config: AGENT_CONFIGS.scripted }),
  v.object({ kind: v.literal("openai"), config: AGENT_CONFIGS.openai }),
  v.object({ kind: v.literal("ag-ui"), config: AGENT_CONFIGS["ag-ui"] }),
]);

const name = text(80);
const slug = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, "must be of a-z, 0-9 and - inside, up to 63 characters"),
);
const config = v.record(v.string(), v.unknown());

const newAgent = {
  name,
  slug: v.optional(v.pipe(slug, v.description("What data-agent may say; made of the name by default"))),
  status: v.optional(v.picklist(AGENT_STATUSES), "active"),
};

export const createAgentRequest = v.variant("kind", [
  v.object({ ...newAgent, kind: v.literal("scripted"), config: AGENT_CONFIGS.scripted }),
  v.object({ ...newAgent, kind: v.literal("openai"), config: AGENT_CONFIGS.openai }),
  v.object({ ...newAgent, kind: v.literal("ag-ui"), config: AGENT_CONFIGS["ag-ui"] }),
]);

/** PATCH: members that are missing stay as they are. The kind stays for good. */
export const updateAgentRequest = v.object({
  name: v.optional(name),
  /** Replaces the whole config. */
  config: v.optional(config),
  slug: v.optional(slug),
  status: v.optional(v.picklist(AGENT_STATUSES)),
});

export const agentAnswer = v.object({
  id: v.string(),
  /** How the publishable-key dialect names an agent. */
  number: v.pipe(v.number(), v.integer()),
  slug: v.string(),
  name: v.string(),
  kind: v.picklist(AGENT_KINDS),
  status: v.picklist(AGENT_STATUSES),
  config,
  created_at: v.string(),
});
export type AgentAnswer = v.InferOutput<typeof agentAnswer>;
