// Owns the answers of the visitor API as schemas, for the reference. The types they are held to are in the files that
// browsers load too, which carry no schemas.
import * as v from "valibot";
import { MESSAGE_STATES } from "./chat.ts";
import type { MessagePage, StoredMessage, ThreadSummary } from "./chat.ts";
import { AUTH_MODES } from "./config.ts";
import type { WidgetConfig } from "./config.ts";
import type { Problem } from "./problem.ts";
import type { SessionAnswer, UserTokenAnswer } from "./session.ts";
import { widgetSettings } from "./settings.ts";

const timestamp = v.pipe(v.string(), v.description("ISO 8601 UTC with milliseconds"));
const seconds = v.pipe(v.number(), v.integer(), v.description("Seconds"));
const agentRef = v.object({ id: v.string(), name: v.string() });

export const sessionAnswer = v.object({
  token: v.pipe(v.string(), v.description("ES256 JWT, typ session+jwt; keys at /.well-known/jwks.json")),
  token_type: v.literal("Bearer"),
  expires_in: seconds,
  expires_at: timestamp,
  refresh_token: v.string(),
  refresh_expires_in: seconds,
  server_time: timestamp,
  agent: agentRef,
  visitor: v.object({
    id: v.string(),
    type: v.picklist(["guest", "user"]),
    name: v.exactOptional(v.string()),
  }),
  notice: v.exactOptional(
    v.pipe(
      v.string(),
      v.description("For the site owner's console, such as data-agent being overruled by the key"),
    ),
  ),
}) satisfies v.GenericSchema<SessionAnswer>;

export const userTokenAnswer = v.object({
  user_token: v.pipe(v.string(), v.description("Good for one exchange")),
  expires_in: seconds,
}) satisfies v.GenericSchema<UserTokenAnswer>;

/** `accent_color` is there only when the account set one. */
const branding = v.object({
  ...widgetSettings.entries,
  accent_color: v.exactOptional(v.string()),
}) satisfies v.GenericSchema<WidgetConfig["branding"]>;

export const configAnswer = v.object({
  agent: agentRef,
  auth_modes: v.array(v.picklist(AUTH_MODES)),
  branding,
  strings: v.record(v.string(), v.string()),
  features: v.record(v.string(), v.unknown()),
  server_time: timestamp,
}) satisfies v.GenericSchema<WidgetConfig>;

export const threadSummary = v.object({
  id: v.string(),
  title: v.string(),
  updated_at: timestamp,
}) satisfies v.GenericSchema<ThreadSummary>;

export const threadsAnswer = v.object({ threads: v.array(threadSummary), has_more: v.boolean() });

const source = v.object({ id: v.string(), title: v.string(), url: v.string() });

const toolCall = v.object({
  id: v.string(),
  name: v.string(),
  arguments: v.pipe(v.string(), v.description("As the agent wrote them, by convention JSON")),
  offset: v.pipe(
    v.number(),
    v.integer(),
    v.description("How many characters of content came before the call"),
  ),
  result: v.exactOptional(
    v.object({ id: v.string(), content: v.string(), error: v.exactOptional(v.string()) }),
  ),
});

const interrupt = v.object({
  id: v.string(),
  reason: v.string(),
  message: v.exactOptional(v.string()),
  toolCallId: v.exactOptional(v.string()),
  responseSchema: v.exactOptional(v.record(v.string(), v.unknown())),
  expiresAt: v.exactOptional(v.string()),
  status: v.picklist(["open", "resolved", "cancelled"]),
});

export const storedMessage = v.object({
  id: v.string(),
  role: v.picklist(["user", "assistant"]),
  content: v.pipe(v.string(), v.description("Plain text of a visitor, markdown of an agent")),
  created_at: timestamp,
  state: v.picklist(MESSAGE_STATES),
  run_id: v.nullable(v.string()),
  feedback: v.exactOptional(
    v.pipe(
      v.object({ rating: v.picklist([1, -1]), comment: v.exactOptional(v.string()) }),
      v.description("There once the visitor rated the answer"),
    ),
  ),
  parent_id: v.nullable(v.pipe(v.string(), v.description("The message before it on its branch"))),
  branch: v.exactOptional(
    v.pipe(
      v.object({
        index: v.pipe(v.number(), v.integer()),
        count: v.pipe(v.number(), v.integer()),
        ids: v.array(v.string()),
      }),
      v.description("The messages in this place, oldest first, where there are several; index counts from 0"),
    ),
  ),
  sources: v.exactOptional(v.pipe(v.array(source), v.description("What [1], [2] in content refer to"))),
  suggestions: v.exactOptional(v.pipe(v.array(v.string()), v.description("What the visitor may ask next"))),
  tool_calls: v.exactOptional(v.array(toolCall)),
  interrupts: v.exactOptional(v.array(interrupt)),
}) satisfies v.GenericSchema<StoredMessage>;

export const messagesAnswer = v.object({
  messages: v.array(storedMessage),
  has_more: v.boolean(),
}) satisfies v.GenericSchema<MessagePage>;

export const problem = v.object({
  type: v.string(),
  title: v.string(),
  status: v.pipe(v.number(), v.integer()),
  detail: v.string(),
  code: v.pipe(v.string(), v.description("Stable; the troubleshooting table tells what to do")),
  hint: v.exactOptional(v.string()),
  retry_after: v.exactOptional(v.pipe(v.number(), v.description("Seconds, as in Retry-After"))),
  errors: v.exactOptional(
    v.pipe(v.record(v.string(), v.array(v.string())), v.description("What is wrong with which members")),
  ),
  server_time: timestamp,
}) satisfies v.GenericSchema<Problem>;

export const jwksAnswer = v.object({ keys: v.array(v.record(v.string(), v.unknown())) });

export const healthAnswer = v.object({ status: v.literal("ok"), server_time: timestamp });
