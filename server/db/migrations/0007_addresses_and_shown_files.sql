CREATE TABLE "email_confirmations" (
	"id" text PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"locale" text NOT NULL,
	"token_hash" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"used_at" timestamp (3) with time zone,
	CONSTRAINT "email_confirmations_tokenHash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "file_uploads" (
	"project_id" text NOT NULL,
	"sha256" text NOT NULL,
	"user_id" text NOT NULL,
	"name" text NOT NULL,
	CONSTRAINT "file_uploads_project_id_sha256_user_id_pk" PRIMARY KEY("project_id","sha256","user_id")
);
--> statement-breakpoint
CREATE TABLE "shown_files" (
	"document_id" text NOT NULL,
	"sha256" text NOT NULL,
	CONSTRAINT "shown_files_document_id_sha256_pk" PRIMARY KEY("document_id","sha256")
);
--> statement-breakpoint
ALTER TABLE "users" DROP CONSTRAINT "users_email_unique";--> statement-breakpoint
ALTER TABLE "file_uploads" ADD CONSTRAINT "file_uploads_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "file_uploads" ADD CONSTRAINT "file_uploads_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shown_files" ADD CONSTRAINT "shown_files_document_id_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "public"."documents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "email_confirmations_email_created_at_index" ON "email_confirmations" USING btree ("email","created_at");--> statement-breakpoint
CREATE INDEX "users_email_index" ON "users" USING btree ("email");--> statement-breakpoint
CREATE UNIQUE INDEX "users_confirmed_email" ON "users" USING btree ("email") WHERE "users"."email_confirmed_at" is not null;--> statement-breakpoint
CREATE INDEX "notices_actor_id_mailed_at_index" ON "notices" USING btree ("actor_id","mailed_at");
--> statement-breakpoint
INSERT INTO "file_uploads" ("project_id", "sha256", "user_id", "name")
SELECT "project_id", "sha256", "created_by", "name" FROM "files";--> statement-breakpoint
-- who put what into a version is not known any more: what the versions show, they showed rightly
INSERT INTO "shown_files" ("document_id", "sha256")
SELECT DISTINCT "documents"."id", "files"."sha256"
FROM "versions"
JOIN "documents" ON "documents"."id" = "versions"."document_id"
JOIN "files" ON "files"."project_id" = "documents"."project_id"
WHERE "versions"."content"::text LIKE '%' || "files"."sha256" || '%';
