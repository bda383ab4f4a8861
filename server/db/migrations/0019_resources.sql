CREATE TABLE "resources" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"kind" text NOT NULL,
	"title" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"removed_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "resources" ADD CONSTRAINT "resources_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "resources" ADD CONSTRAINT "resources_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
INSERT INTO "resources" ("id", "project_id", "kind", "title", "created_by", "created_at", "updated_at", "removed_at")
SELECT "id", "project_id", 'document', "title", "created_by", "created_at", "updated_at", "removed_at" FROM "documents";
--> statement-breakpoint
CREATE INDEX "resources_project_id_index" ON "resources" USING btree ("project_id");--> statement-breakpoint
ALTER TABLE "documents" DROP CONSTRAINT "documents_project_id_projects_id_fk";--> statement-breakpoint
ALTER TABLE "documents" DROP CONSTRAINT "documents_created_by_users_id_fk";--> statement-breakpoint
DROP INDEX "documents_project_id_index";--> statement-breakpoint
ALTER TABLE "documents" DROP COLUMN "project_id", DROP COLUMN "title", DROP COLUMN "created_by", DROP COLUMN "created_at", DROP COLUMN "updated_at", DROP COLUMN "removed_at";--> statement-breakpoint
ALTER TABLE "documents" ADD CONSTRAINT "documents_id_resources_id_fk" FOREIGN KEY ("id") REFERENCES "public"."resources"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "guest_documents" RENAME TO "guest_resources";--> statement-breakpoint
ALTER TABLE "guest_resources" RENAME COLUMN "document_id" TO "resource_id";--> statement-breakpoint
ALTER TABLE "guest_resources" RENAME CONSTRAINT "guest_documents_link_id_document_id_pk" TO "guest_resources_link_id_resource_id_pk";--> statement-breakpoint
ALTER TABLE "guest_resources" RENAME CONSTRAINT "guest_documents_link_id_guest_links_id_fk" TO "guest_resources_link_id_guest_links_id_fk";--> statement-breakpoint
ALTER TABLE "guest_resources" DROP CONSTRAINT "guest_documents_document_id_documents_id_fk";--> statement-breakpoint
ALTER TABLE "guest_resources" ADD CONSTRAINT "guest_resources_resource_id_resources_id_fk" FOREIGN KEY ("resource_id") REFERENCES "public"."resources"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shown_files" RENAME COLUMN "document_id" TO "resource_id";--> statement-breakpoint
ALTER TABLE "shown_files" RENAME CONSTRAINT "shown_files_document_id_sha256_pk" TO "shown_files_resource_id_sha256_pk";--> statement-breakpoint
ALTER TABLE "shown_files" DROP CONSTRAINT "shown_files_document_id_documents_id_fk";--> statement-breakpoint
ALTER TABLE "shown_files" ADD CONSTRAINT "shown_files_resource_id_resources_id_fk" FOREIGN KEY ("resource_id") REFERENCES "public"."resources"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notices" RENAME COLUMN "document_id" TO "resource_id";--> statement-breakpoint
ALTER TABLE "notices" DROP CONSTRAINT "notices_document_id_documents_id_fk";--> statement-breakpoint
ALTER TABLE "notices" ADD CONSTRAINT "notices_resource_id_resources_id_fk" FOREIGN KEY ("resource_id") REFERENCES "public"."resources"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "visits" RENAME COLUMN "document_id" TO "resource_id";--> statement-breakpoint
ALTER TABLE "visits" RENAME CONSTRAINT "visits_user_id_document_id_pk" TO "visits_user_id_resource_id_pk";--> statement-breakpoint
ALTER TABLE "visits" DROP CONSTRAINT "visits_document_id_documents_id_fk";--> statement-breakpoint
ALTER TABLE "visits" ADD CONSTRAINT "visits_resource_id_resources_id_fk" FOREIGN KEY ("resource_id") REFERENCES "public"."resources"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reviews" RENAME COLUMN "document_id" TO "resource_id";--> statement-breakpoint
ALTER TABLE "reviews" DROP CONSTRAINT "reviews_document_id_documents_id_fk";--> statement-breakpoint
ALTER TABLE "reviews" ADD CONSTRAINT "reviews_resource_id_resources_id_fk" FOREIGN KEY ("resource_id") REFERENCES "public"."resources"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "threads" RENAME COLUMN "document_id" TO "resource_id";--> statement-breakpoint
ALTER TABLE "threads" DROP CONSTRAINT "threads_document_id_documents_id_fk";--> statement-breakpoint
ALTER TABLE "threads" ADD CONSTRAINT "threads_resource_id_resources_id_fk" FOREIGN KEY ("resource_id") REFERENCES "public"."resources"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER INDEX "threads_document_id_index" RENAME TO "threads_resource_id_index";
