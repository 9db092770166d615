ALTER TABLE "client_keys" DROP CONSTRAINT "client_keys_agent_id_agents_id_fk";
--> statement-breakpoint
ALTER TABLE "sessions" DROP CONSTRAINT "sessions_agent_id_agents_id_fk";
--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "owner_id" integer;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "rating" integer;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "rating_comment" text;--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_owner_id_accounts_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "client_keys" ADD CONSTRAINT "client_keys_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents"("id") ON DELETE cascade ON UPDATE no action;