// Owns the tables. One schema for the embedded and the external database; all times are written from the hub's clock.
import { sql } from "drizzle-orm";
import {
  bigserial,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  serial,
  text,
  timestamp,
  unique,
  uuid,
} from "drizzle-orm/pg-core";
import type { AskedInterrupt, ToolCall } from "../../protocol/agui-tools.ts";
import type { Source } from "../../protocol/rich.ts";
import type { AnyPgColumn } from "drizzle-orm/pg-core";
import type { JWK } from "jose";
import type { AgentKind, AgentStatus } from "../../protocol/agents.ts";
import type { MessageState } from "../../protocol/chat.ts";
import type { AgentAuthMode } from "../../protocol/settings.ts";
import type { AllowEntry } from "../origins/entry.ts";
import type { Dialect } from "../origins/origin.ts";

const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });

/** An account; shown as an org with an integer id by the publishable-key dialect. */
export const accounts = pgTable("accounts", {
  id: serial().primaryKey(),
  slug: text().notNull().unique(),
  /** The account that made this org; null for an account of its own. Keys move only between orgs of one owner. */
  ownerId: integer("owner_id").references((): AnyPgColumn => accounts.id),
  /** Members of the wire's branding; what is missing has the protocol's default. */
  branding: jsonb().$type<Record<string, unknown>>().notNull().default({}),
  createdAt: at("created_at").notNull(),
});

export const secretKeys = pgTable("secret_keys", {
  id: uuid().primaryKey(),
  accountId: integer("account_id")
    .notNull()
    .references(() => accounts.id),
  /** SHA-256 of the key, hex. */
  hash: text().notNull().unique(),
  revokedAt: at("revoked_at"),
  createdAt: at("created_at").notNull(),
});

export const agents = pgTable(
  "agents",
  {
    id: uuid().primaryKey(),
    number: serial().notNull().unique(),
    accountId: integer("account_id")
      .notNull()
      .references(() => accounts.id),
    slug: text().notNull(),
    name: text().notNull(),
    kind: text().$type<AgentKind>().notNull(),
    status: text().$type<AgentStatus>().notNull().default("active"),
    config: jsonb().$type<Record<string, unknown>>().notNull(),
    authMode: text("auth_mode").$type<AgentAuthMode>().notNull().default("both"),
    widgetEnabled: boolean("widget_enabled").notNull().default(true),
    /** Overrides of the account's branding. */
    branding: jsonb().$type<Record<string, unknown>>().notNull().default({}),
    createdAt: at("created_at").notNull(),
  },
  (table) => [unique().on(table.accountId, table.slug)],
);

/** Both dialects' keys. A publishable key also keeps its full value, a widget key never. */
export const clientKeys = pgTable("client_keys", {
  id: uuid().primaryKey(),
  number: serial().notNull().unique(),
  accountId: integer("account_id")
    .notNull()
    .references(() => accounts.id),
  dialect: text().$type<Dialect>().notNull(),
  hash: text().notNull().unique(),
  last8: text().notNull(),
  publicKey: text("public_key"),
  name: text().notNull(),
  allowlist: jsonb().$type<AllowEntry[]>().notNull(),
  /** The pin (widget key) or binding (publishable key). */
  agentId: uuid("agent_id").references(() => agents.id, { onDelete: "set null" }),
  mode: text().$type<"agent" | "webhook">().notNull().default("agent"),
  webhookUrl: text("webhook_url"),
  isActive: boolean("is_active").notNull().default(true),
  isEnabled: boolean("is_enabled").notNull().default(true),
  disabledAt: at("disabled_at"),
  lastUsedAt: at("last_used_at"),
  createdAt: at("created_at").notNull(),
  updatedAt: at("updated_at").notNull(),
});

/** How an account's webhooks are signed, and who answers when one names no agent. */
export const webhookSettings = pgTable("webhook_settings", {
  accountId: integer("account_id")
    .primaryKey()
    .references(() => accounts.id),
  /** In clear, unlike every other secret: signing needs it. */
  secret: text().notNull(),
  /** Signs beside the new one until `previousUntil`, so that receivers can change over. */
  previousSecret: text("previous_secret"),
  previousUntil: at("previous_until"),
  fallbackAgentId: uuid("fallback_agent_id").references(() => agents.id, { onDelete: "set null" }),
  createdAt: at("created_at").notNull(),
  updatedAt: at("updated_at").notNull(),
});

/** One row per session family: everything that all its tokens share. */
export const sessions = pgTable(
  "sessions",
  {
    id: uuid().primaryKey(),
    keyId: uuid("key_id")
      .notNull()
      .references(() => clientKeys.id, { onDelete: "cascade" }),
    agentId: uuid("agent_id")
      .notNull()
      .references(() => agents.id, { onDelete: "cascade" }),
    origin: text().notNull(),
    /** `guest:<uuid>` or `user:<user_id>`. */
    subject: text().notNull(),
    name: text(),
    email: text(),
    claims: jsonb().$type<Record<string, unknown>>(),
    /** What the key's webhook asked of the agent for this visitor. */
    prompt: text(),
    voice: text(),
    /** The absolute end; refreshing never moves it. */
    expiresAt: at("expires_at").notNull(),
    revokedAt: at("revoked_at"),
    createdAt: at("created_at").notNull(),
  },
  (table) => [
    index().on(table.keyId),
    index().on(table.agentId),
    index().on(table.expiresAt),
    index()
      .on(table.revokedAt)
      .where(sql`revoked_at is not null`),
  ],
);

export const refreshTokens = pgTable(
  "refresh_tokens",
  {
    /** SHA-256 of the token, hex. */
    hash: text().primaryKey(),
    sessionId: uuid("session_id")
      .notNull()
      .references(() => sessions.id, { onDelete: "cascade" }),
    /** The idle limit. */
    expiresAt: at("expires_at").notNull(),
    usedAt: at("used_at"),
    successorHash: text("successor_hash"),
    /** The successor pair, readable only with the token of this row. */
    successorSealed: text("successor_sealed"),
  },
  (table) => [index().on(table.sessionId), index().on(table.expiresAt)],
);

export const usedTokenIds = pgTable(
  "used_token_ids",
  {
    jti: text().primaryKey(),
    /** After this the token is refused by its own expiry. */
    expiresAt: at("expires_at").notNull(),
  },
  (table) => [index().on(table.expiresAt)],
);

export const threads = pgTable(
  "threads",
  {
    id: text().primaryKey(),
    accountId: integer("account_id")
      .notNull()
      .references(() => accounts.id),
    /** The visitor who used the id first. */
    subject: text().notNull(),
    title: text().notNull().default(""),
    /** The last message of the branch that goes on; null before the first message. */
    leafId: text("leaf_id"),
    createdAt: at("created_at").notNull(),
    updatedAt: at("updated_at").notNull(),
  },
  (table) => [index().on(table.accountId, table.subject, table.updatedAt, table.id)],
);

export const messages = pgTable(
  "messages",
  {
    threadId: text("thread_id")
      .notNull()
      .references(() => threads.id, { onDelete: "cascade" }),
    id: text().notNull(),
    /** Order of arrival. */
    position: bigserial({ mode: "number" }).notNull(),
    role: text().$type<"user" | "assistant">().notNull(),
    content: text().notNull(),
    state: text().$type<MessageState>().notNull(),
    runId: text("run_id"),
    /** The message before it on its branch; for an answer, what it answers. Null: the first. */
    parentId: text("parent_id"),
    toolCalls: jsonb("tool_calls").$type<ToolCall[]>(),
    interrupts: jsonb().$type<AskedInterrupt[]>(),
    sources: jsonb().$type<Source[]>(),
    suggestions: jsonb().$type<string[]>(),
    /** What the visitor thought of an answer: 1 or -1; null until told. */
    rating: integer().$type<1 | -1>(),
    ratingComment: text("rating_comment"),
    createdAt: at("created_at").notNull(),
    updatedAt: at("updated_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.threadId, table.id] }),
    index().on(table.threadId, table.parentId, table.position),
    // Looked for every now and then, and hardly ever more than a few.
    index()
      .on(table.threadId)
      .where(sql`state = 'running'`),
  ],
);

export const signingKeys = pgTable("signing_keys", {
  kid: text().primaryKey(),
  privateJwk: jsonb("private_jwk").$type<JWK>().notNull(),
  createdAt: at("created_at").notNull(),
  /** From then on it signs; it verifies before. Null: since it was created. */
  signsFrom: at("signs_from"),
});
