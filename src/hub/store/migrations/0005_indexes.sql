CREATE INDEX "messages_thread_id_index" ON "messages" USING btree ("thread_id") WHERE state = 'running';--> statement-breakpoint
CREATE INDEX "refresh_tokens_session_id_index" ON "refresh_tokens" USING btree ("session_id");--> statement-breakpoint
CREATE INDEX "sessions_key_id_index" ON "sessions" USING btree ("key_id");--> statement-breakpoint
CREATE INDEX "sessions_agent_id_index" ON "sessions" USING btree ("agent_id");--> statement-breakpoint
CREATE INDEX "used_token_ids_expires_at_index" ON "used_token_ids" USING btree ("expires_at");