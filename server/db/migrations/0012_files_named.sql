-- The SHA-256 of the files that a text or a comment names; as the value of an attribute, not as words that somebody wrote.
CREATE FUNCTION files_named_in(content jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array(SELECT DISTINCT found[1] FROM regexp_matches(content::text, '"sha256": "([0-9a-f]{64})"', 'g') AS found)
$$;
--> statement-breakpoint
ALTER TABLE "versions" ADD COLUMN "files" text[] GENERATED ALWAYS AS (files_named_in(content)) STORED;--> statement-breakpoint
ALTER TABLE "comment_edits" ADD COLUMN "files" text[] GENERATED ALWAYS AS (files_named_in(content)) STORED;--> statement-breakpoint
ALTER TABLE "comments" ADD COLUMN "files" text[] GENERATED ALWAYS AS (files_named_in(content)) STORED;--> statement-breakpoint
ALTER TABLE "threads" ADD COLUMN "files" text[] GENERATED ALWAYS AS (files_named_in(replacement)) STORED;