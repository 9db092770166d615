import { expectTypeOf, it } from "vitest";
import type * as v from "valibot";
import type { createAgentRequest, updateAgentRequest } from "../protocol/agents.ts";
import type { createOrgRequest } from "../protocol/orgs.ts";
import type {
  createPublishableKeyRequest,
  transferRequest,
  updatePublishableKeyRequest,
} from "../protocol/publishable-keys.ts";
import type { userTokenRequest } from "../protocol/session.ts";
import type { updateAgentWidgetSettingsRequest, updateWidgetSettingsRequest } from "../protocol/settings.ts";
import type { updateWebhookSettingsRequest } from "../protocol/webhook.ts";
import type { createWidgetKeyRequest, updateWidgetKeyRequest } from "../protocol/widget-keys.ts";
import type { FoyerAdmin } from "../admin.ts";

/** The last argument of a method: the body it sends. */
type BodyOf<Method> = Method extends (...args: infer Args) => unknown
  ? Args extends [...unknown[], infer Body]
    ? Body
    : never
  : never;
/** "yes", or what is wrong: a value that the schema would refuse, or a member that only one of them knows. */
type Fits<Method, Schema extends v.GenericSchema> =
  BodyOf<Method> extends v.InferInput<Schema>
    ? [keyof BodyOf<Method>, keyof v.InferInput<Schema>] extends [
        keyof v.InferInput<Schema>,
        keyof BodyOf<Method>,
      ]
      ? "yes"
      : "other members"
    : "other types";

type Client = FoyerAdmin;
type ForAgent = ReturnType<Client["widgetSettings"]["forAgent"]>;

it("what the client takes is what the hub reads (judged by the type checker)", () => {
  expectTypeOf<
    | Fits<Client["widgetKeys"]["create"], typeof createWidgetKeyRequest>
    | Fits<Client["widgetKeys"]["update"], typeof updateWidgetKeyRequest>
    | Fits<Client["publishableKeys"]["create"], typeof createPublishableKeyRequest>
    | Fits<Client["publishableKeys"]["update"], typeof updatePublishableKeyRequest>
    | Fits<Client["publishableKeys"]["transfer"], typeof transferRequest>
    | Fits<Client["userTokens"]["create"], typeof userTokenRequest>
    | Fits<Client["agents"]["create"], typeof createAgentRequest>
    | Fits<Client["agents"]["update"], typeof updateAgentRequest>
    | Fits<Client["widgetSettings"]["update"], typeof updateWidgetSettingsRequest>
    | Fits<ForAgent["update"], typeof updateAgentWidgetSettingsRequest>
    | Fits<Client["webhookSettings"]["update"], typeof updateWebhookSettingsRequest>
    | Fits<Client["orgs"]["create"], typeof createOrgRequest>
  >().toEqualTypeOf<"yes">();
});
