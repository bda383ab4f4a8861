ALTER TABLE "trail_heads" ADD COLUMN "bytes" bigint DEFAULT 0 NOT NULL;
--> statement-breakpoint
-- A head otherwise only moves on: this says of each chain what was true already.
ALTER TABLE "trail_heads" DISABLE TRIGGER trail_heads_forward;
--> statement-breakpoint
UPDATE "trail_heads" SET "bytes" = (
  SELECT coalesce(sum(octet_length("line")), 0) FROM "trail_entries"
  WHERE "trail_entries"."project_id" = "trail_heads"."project_id"
);
--> statement-breakpoint
ALTER TABLE "trail_heads" ENABLE TRIGGER trail_heads_forward;
