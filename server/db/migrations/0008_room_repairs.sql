ALTER TABLE "document_clients" ALTER COLUMN "user_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "document_updates" ALTER COLUMN "user_id" DROP NOT NULL;