ALTER TABLE "revisions" ADD COLUMN "findings" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "revisions" ADD COLUMN "package_sha256" text;--> statement-breakpoint
CREATE INDEX "revisions_sealing_index" ON "revisions" USING btree ("created_at") WHERE package_sha256 is null and state in ('sealing', 'signed');--> statement-breakpoint
-- Closed is final: only what both sides have signed goes on, from being sealed to signed, together with its package.
DROP TRIGGER revisions_state_final ON revisions;
--> statement-breakpoint
CREATE TRIGGER revisions_state_final BEFORE UPDATE OF state ON revisions FOR EACH ROW
  WHEN (OLD.state <> 'open' AND NEW.state <> OLD.state
    AND NOT (OLD.state = 'sealing' AND NEW.state = 'signed' AND NEW.package_sha256 IS NOT NULL))
  EXECUTE FUNCTION refuse_change('closed revision');
--> statement-breakpoint
CREATE TRIGGER revisions_package_kept BEFORE UPDATE ON revisions FOR EACH ROW
  WHEN ((OLD.package_sha256 IS NOT NULL AND NEW.package_sha256 IS DISTINCT FROM OLD.package_sha256)
    OR NEW.findings IS DISTINCT FROM OLD.findings
    OR (NEW.package_sha256 IS NOT NULL AND NEW.state <> 'signed'))
  EXECUTE FUNCTION refuse_change('package');
