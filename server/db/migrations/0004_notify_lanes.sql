ALTER TABLE "jobs" ADD COLUMN "line" text;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "place" bigint NOT NULL GENERATED ALWAYS AS IDENTITY (sequence name "jobs_place_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1);--> statement-breakpoint
CREATE INDEX "jobs_line_place_index" ON "jobs" USING btree ("line","place");