ALTER TABLE "jobs" ADD COLUMN "line" text;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "place" bigint NOT NULL GENERATED ALWAYS AS IDENTITY (sequence name "jobs_place_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1);--> statement-breakpoint
ALTER TABLE "notices" ADD COLUMN "comment_id" text;--> statement-breakpoint
CREATE INDEX "jobs_line_place_index" ON "jobs" USING btree ("line","place");--> statement-breakpoint
CREATE INDEX "notices_comment_id_index" ON "notices" USING btree ("comment_id");