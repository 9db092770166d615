DROP INDEX "messages_thread_id_position_index";--> statement-breakpoint
DROP INDEX "threads_account_id_subject_updated_at_index";--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "parent_id" text;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "tool_calls" jsonb;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "interrupts" jsonb;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "sources" jsonb;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "suggestions" jsonb;--> statement-breakpoint
ALTER TABLE "threads" ADD COLUMN "leaf_id" text;--> statement-breakpoint
CREATE INDEX "messages_thread_id_parent_id_position_index" ON "messages" USING btree ("thread_id","parent_id","position");--> statement-breakpoint
CREATE INDEX "threads_account_id_subject_updated_at_id_index" ON "threads" USING btree ("account_id","subject","updated_at","id");--> statement-breakpoint
ALTER TABLE "messages" DROP COLUMN "reply_to";--> statement-breakpoint
UPDATE "messages" SET "parent_id" = "before"."id" FROM (
  SELECT "thread_id", "position", lag("id") OVER (PARTITION BY "thread_id" ORDER BY "position") AS "id" FROM "messages"
) AS "before" WHERE "before"."thread_id" = "messages"."thread_id" AND "before"."position" = "messages"."position";--> statement-breakpoint
UPDATE "threads" SET "leaf_id" = (
  SELECT "id" FROM "messages" WHERE "thread_id" = "threads"."id" ORDER BY "position" DESC LIMIT 1
);
