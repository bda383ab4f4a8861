ALTER TABLE "threads" ADD COLUMN "tooling" text;--> statement-breakpoint
ALTER TABLE "threads" ADD COLUMN "stage" text;