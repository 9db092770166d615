// Owns the names under which the reference shows shapes, and how a schema becomes JSON Schema. What has no name here is
// written out where it is used.
import { toJsonSchema, toJsonSchemaDefs } from "@valibot/to-json-schema";
import type { JsonSchema } from "@valibot/to-json-schema";
import type * as v from "valibot";
import { agentAnswer, createAgentRequest, updateAgentRequest } from "../../protocol/agents.ts";
import {
  feedbackRequest,
  forwardedProps,
  runAgentInput,
  updateThreadRequest,
} from "../../protocol/chat-requests.ts";
import {
  configAnswer,
  jwksAnswer,
  problem,
  sessionAnswer,
  storedMessage,
  userTokenAnswer,
} from "../../protocol/openapi-answers.ts";
import { createOrgRequest, createdOrg, org } from "../../protocol/orgs.ts";
import {
  createPublishableKeyRequest,
  publishableKey,
  transferRequest,
  updatePublishableKeyRequest,
} from "../../protocol/publishable-keys.ts";
import {
  exchangeRequest,
  guestRequest,
  refreshRequest,
  userTokenRequest,
} from "../../protocol/session-requests.ts";
import {
  agentWidgetSettings,
  updateAgentWidgetSettingsRequest,
  updateWidgetSettingsRequest,
  widgetSettings,
} from "../../protocol/settings.ts";
import { updateWebhookSettingsRequest, webhookSettings } from "../../protocol/webhook.ts";
import {
  createWidgetKeyRequest,
  createdWidgetKey,
  updateWidgetKeyRequest,
  widgetKey,
} from "../../protocol/widget-keys.ts";

const BODIES = {
  StartGuestSession: guestRequest,
  ExchangeVisitorToken: exchangeRequest,
  RefreshToken: refreshRequest,
  MintVisitorToken: userTokenRequest,
  RunAgentInput: runAgentInput,
  ForwardedProps: forwardedProps,
  UpdateThread: updateThreadRequest,
  Feedback: feedbackRequest,
  CreateWidgetKey: createWidgetKeyRequest,
  UpdateWidgetKey: updateWidgetKeyRequest,
  CreatePublishableKey: createPublishableKeyRequest,
  UpdatePublishableKey: updatePublishableKeyRequest,
  TransferPublishableKey: transferRequest,
  CreateAgent: createAgentRequest,
  UpdateAgent: updateAgentRequest,
  UpdateWidgetSettings: updateWidgetSettingsRequest,
  UpdateAgentWidgetSettings: updateAgentWidgetSettingsRequest,
  UpdateWebhookSettings: updateWebhookSettingsRequest,
  CreateOrg: createOrgRequest,
};

const ANSWERS = {
  Session: sessionAnswer,
  VisitorToken: userTokenAnswer,
  WidgetConfig: configAnswer,
  StoredMessage: storedMessage,
  WidgetKey: widgetKey,
  CreatedWidgetKey: createdWidgetKey,
  PublishableKey: publishableKey,
  Agent: agentAnswer,
  WidgetSettings: widgetSettings,
  AgentWidgetSettings: agentWidgetSettings,
  WebhookSettings: webhookSettings,
  Org: org,
  CreatedOrg: createdOrg,
  JwkSet: jwksAnswer,
  Problem: problem,
};

/** What a client sends (`input`: members with a default are optional) or gets (`output`). */
export type Direction = "input" | "output";

export const refTo = (name: string): string => `#/components/schemas/${name}`;

const settings = (direction: Direction) =>
  ({
    target: "draft-2020-12",
    typeMode: direction,
    // Trimming and checks that are code have no JSON Schema; the sentences of a 400 say them.
    errorMode: "ignore",
    overrideRef: ({ referenceId }: { referenceId: string }) => refTo(referenceId),
  }) as const;

/** Every named shape. */
export const namedSchemas = (): Record<string, JsonSchema> => ({
  ...toJsonSchemaDefs(BODIES, settings("input")),
  ...toJsonSchemaDefs(ANSWERS, settings("output")),
});

/** A schema that refers to named shapes by their names. */
export function schemaOf(schema: v.GenericSchema, direction: Direction): JsonSchema {
  const definitions = direction === "input" ? BODIES : ANSWERS;
  const {
    $schema: _dialect,
    $defs: _named,
    ...rest
  } = toJsonSchema(schema, {
    ...settings(direction),
    definitions,
  });
  return rest;
}
