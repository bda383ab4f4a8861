ALTER TABLE "document_history" ADD COLUMN "first_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "document_history" ADD COLUMN "last_at" timestamp (3) with time zone;