CREATE TABLE "rate_limits" (
	"key" varchar(255) PRIMARY KEY NOT NULL,
	"points" integer DEFAULT 0 NOT NULL,
	"expire" bigint
);
--> statement-breakpoint
CREATE TABLE "run_events" (
	"run" uuid NOT NULL,
	"first_id" integer NOT NULL,
	"last_id" integer NOT NULL,
	"events" jsonb NOT NULL,
	CONSTRAINT "run_events_run_first_id_pk" PRIMARY KEY("run","first_id")
);
--> statement-breakpoint
CREATE TABLE "runs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"owner" text NOT NULL,
	"run_id" text NOT NULL,
	"thread_id" text NOT NULL,
	"hub_id" uuid NOT NULL,
	"is_stop_asked" boolean DEFAULT false NOT NULL,
	"alive_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "runs_owner_run_id_unique" UNIQUE("owner","run_id")
);
--> statement-breakpoint
ALTER TABLE "signing_keys" ADD COLUMN "signs_from" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "run_events" ADD CONSTRAINT "run_events_run_runs_id_fk" FOREIGN KEY ("run") REFERENCES "public"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "runs" ADD CONSTRAINT "runs_thread_id_threads_id_fk" FOREIGN KEY ("thread_id") REFERENCES "public"."threads"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "runs_thread_id_index" ON "runs" USING btree ("thread_id");--> statement-breakpoint
CREATE INDEX "runs_hub_id_index" ON "runs" USING btree ("hub_id");