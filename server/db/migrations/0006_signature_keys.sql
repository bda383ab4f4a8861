ALTER TABLE "signatures" ADD COLUMN "public_key" text;--> statement-breakpoint
CREATE INDEX "trail_entries_revisions_index" ON "trail_entries" USING btree ("project_id","seq") WHERE (line like '{"action":"revision.put%' or line like '{"action":"revision.signed"%' or line like '{"action":"revision.withdrawn"%');--> statement-breakpoint
-- A signature stays as it was; only the key that it was made with may still be noted, once.
DROP TRIGGER signatures_kept ON signatures;
--> statement-breakpoint
CREATE TRIGGER signatures_kept BEFORE DELETE ON signatures FOR EACH ROW EXECUTE FUNCTION refuse_change('signature');
--> statement-breakpoint
CREATE TRIGGER signatures_frozen BEFORE UPDATE ON signatures FOR EACH ROW
  WHEN (OLD.public_key IS NOT NULL
    OR (OLD.id, OLD.revision_id, OLD.user_id, OLD.side, OLD.name, OLD.firm, OLD.meaning, OLD.statement, OLD.signature, OLD.signed_at)
      IS DISTINCT FROM (NEW.id, NEW.revision_id, NEW.user_id, NEW.side, NEW.name, NEW.firm, NEW.meaning, NEW.statement, NEW.signature, NEW.signed_at))
  EXECUTE FUNCTION refuse_change('signature');
