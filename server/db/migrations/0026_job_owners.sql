ALTER TABLE "jobs" ADD COLUMN "owners" text[] DEFAULT '{}'::text[] NOT NULL;--> statement-breakpoint
UPDATE "jobs" SET "owners" = ARRAY['project:' || "webhooks"."project_id", 'user:' || "webhooks"."created_by"]
FROM "webhooks" WHERE "jobs"."task"->>'type' = 'webhook' AND "jobs"."task"->>'webhookId' = "webhooks"."id";
