CREATE TABLE "package_checks" (
	"revision_id" text NOT NULL,
	"package_sha256" text NOT NULL,
	"finding" text,
	"bytes" bigint,
	"mark" text,
	"checked_at" timestamp (3) with time zone,
	CONSTRAINT "package_checks_revision_id_package_sha256_pk" PRIMARY KEY("revision_id","package_sha256")
);
--> statement-breakpoint
ALTER TABLE "package_checks" ADD CONSTRAINT "package_checks_revision_id_revisions_id_fk" FOREIGN KEY ("revision_id") REFERENCES "public"."revisions"("id") ON DELETE cascade ON UPDATE no action;