-- A draft has no number and no place, where it had ones below zero; the place of the last comment is counted by itself.
DROP INDEX "threads_project_id_number_index";--> statement-breakpoint
ALTER TABLE "comments" ALTER COLUMN "position" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "threads" ALTER COLUMN "number" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "threads" ADD COLUMN "last_position" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
UPDATE "threads" SET "number" = NULL WHERE "draft";--> statement-breakpoint
UPDATE "comments" SET "position" = NULL WHERE "draft";--> statement-breakpoint
UPDATE "threads" SET "last_position" = said."last" FROM (
  SELECT "thread_id", max("position") AS "last" FROM "comments" GROUP BY "thread_id" HAVING max("position") > 0
) AS said WHERE said."thread_id" = "threads"."id";--> statement-breakpoint
CREATE UNIQUE INDEX "threads_project_id_number_index" ON "threads" USING btree ("project_id","number" DESC NULLS LAST);--> statement-breakpoint
ALTER TABLE "comments" ADD CONSTRAINT "comments_placed_once_published" CHECK (draft = (position is null));--> statement-breakpoint
ALTER TABLE "threads" ADD CONSTRAINT "threads_numbered_once_published" CHECK (draft = (number is null));
