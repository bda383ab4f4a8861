ALTER TABLE "revisions" ADD COLUMN "put_forward_entry" integer;--> statement-breakpoint
ALTER TABLE "revisions" ADD COLUMN "put_forward_signature" "bytea";--> statement-breakpoint
ALTER TABLE "revisions" ADD COLUMN "put_forward_public_key" text;--> statement-breakpoint
-- What the key said of a revision's being put forward is given once, and stays.
CREATE TRIGGER revisions_put_forward_kept BEFORE UPDATE ON revisions FOR EACH ROW
  WHEN (OLD.put_forward_signature IS NOT NULL
    AND (OLD.put_forward_entry, OLD.put_forward_signature, OLD.put_forward_public_key)
      IS DISTINCT FROM (NEW.put_forward_entry, NEW.put_forward_signature, NEW.put_forward_public_key))
  EXECUTE FUNCTION refuse_change('revision');
