CREATE TABLE "webhook_settings" (
	"account_id" integer PRIMARY KEY NOT NULL,
	"secret" text NOT NULL,
	"previous_secret" text,
	"previous_until" timestamp (3) with time zone,
	"fallback_agent_id" uuid,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "prompt" text;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "voice" text;--> statement-breakpoint
ALTER TABLE "webhook_settings" ADD CONSTRAINT "webhook_settings_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_settings" ADD CONSTRAINT "webhook_settings_fallback_agent_id_agents_id_fk" FOREIGN KEY ("fallback_agent_id") REFERENCES "public"."agents"("id") ON DELETE set null ON UPDATE no action;