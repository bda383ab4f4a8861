CREATE TABLE "trail_entries" (
	"project_id" text NOT NULL,
	"seq" integer NOT NULL,
	"line" text NOT NULL,
	"hash" text NOT NULL,
	CONSTRAINT "trail_entries_project_id_seq_pk" PRIMARY KEY("project_id","seq")
);
--> statement-breakpoint
CREATE TABLE "trail_heads" (
	"project_id" text PRIMARY KEY NOT NULL,
	"entries" integer NOT NULL,
	"hash" text NOT NULL
);
--> statement-breakpoint
-- What was done stays done: entries are only ever added, and a chain's head only moves on.
CREATE TRIGGER trail_entries_kept BEFORE UPDATE OR DELETE ON trail_entries FOR EACH ROW
  EXECUTE FUNCTION refuse_change('trail entry');
--> statement-breakpoint
CREATE TRIGGER trail_entries_not_emptied BEFORE TRUNCATE ON trail_entries FOR EACH STATEMENT
  EXECUTE FUNCTION refuse_change('trail entry');
--> statement-breakpoint
CREATE TRIGGER trail_heads_forward BEFORE UPDATE ON trail_heads FOR EACH ROW
  WHEN (NEW.project_id <> OLD.project_id OR NEW.entries <= OLD.entries)
  EXECUTE FUNCTION refuse_change('trail head');
--> statement-breakpoint
CREATE TRIGGER trail_heads_kept BEFORE DELETE ON trail_heads FOR EACH ROW
  EXECUTE FUNCTION refuse_change('trail head');
--> statement-breakpoint
CREATE TRIGGER trail_heads_not_emptied BEFORE TRUNCATE ON trail_heads FOR EACH STATEMENT
  EXECUTE FUNCTION refuse_change('trail head');
