ALTER TABLE "users" ADD COLUMN "password_set_by" text;--> statement-breakpoint
ALTER TABLE "revisions" ADD COLUMN "package_signature" "bytea";--> statement-breakpoint
ALTER TABLE "revisions" ADD COLUMN "package_public_key" text;--> statement-breakpoint
-- What the key said of a stored package stays as the package does; it is given once to one that was stored before.
CREATE TRIGGER revisions_package_proof_kept BEFORE UPDATE ON revisions FOR EACH ROW
  WHEN (OLD.package_signature IS NOT NULL
    AND (OLD.package_signature, OLD.package_public_key) IS DISTINCT FROM (NEW.package_signature, NEW.package_public_key))
  EXECUTE FUNCTION refuse_change('package');
--> statement-breakpoint
-- A password that is changed past the application was not set by the one whose it is.
CREATE FUNCTION note_password_setter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.password_set_by := CASE WHEN current_setting('countersign.password_set_by', true) = 'owner' THEN NULL ELSE 'operator' END;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER users_password_setter BEFORE UPDATE OF password_hash ON users FOR EACH ROW
  WHEN (NEW.password_hash IS DISTINCT FROM OLD.password_hash)
  EXECUTE FUNCTION note_password_setter();
