-- What was signed stays as it was: not even a fault of ours can change a record, a statement or a closed state.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a % cannot be changed or removed', TG_ARGV[0] USING ERRCODE = 'restrict_violation';
END $$;
--> statement-breakpoint
CREATE TRIGGER revisions_record_frozen BEFORE UPDATE ON revisions FOR EACH ROW
  WHEN ((OLD.id, OLD.project_id, OLD.letter, OLD.description, OLD.record, OLD.record_sha256, OLD.created_by, OLD.created_at)
    IS DISTINCT FROM (NEW.id, NEW.project_id, NEW.letter, NEW.description, NEW.record, NEW.record_sha256, NEW.created_by, NEW.created_at))
  EXECUTE FUNCTION refuse_change('revision');
--> statement-breakpoint
CREATE TRIGGER revisions_state_final BEFORE UPDATE OF state ON revisions FOR EACH ROW
  WHEN (OLD.state <> 'open' AND NEW.state <> OLD.state)
  EXECUTE FUNCTION refuse_change('closed revision');
--> statement-breakpoint
CREATE TRIGGER revisions_kept BEFORE DELETE ON revisions FOR EACH ROW EXECUTE FUNCTION refuse_change('revision');
--> statement-breakpoint
CREATE TRIGGER signatures_kept BEFORE UPDATE OR DELETE ON signatures FOR EACH ROW
  EXECUTE FUNCTION refuse_change('signature');
