ALTER TABLE "versions" ADD COLUMN "tail" "bytea";--> statement-breakpoint
ALTER TABLE "versions" ADD COLUMN "is_content_due" boolean DEFAULT false NOT NULL;