ALTER TABLE "document_texts" RENAME TO "resource_texts";--> statement-breakpoint
ALTER TABLE "resource_texts" RENAME COLUMN "document_id" TO "resource_id";--> statement-breakpoint
ALTER TABLE "resource_texts" DROP CONSTRAINT "document_texts_document_id_documents_id_fk";
--> statement-breakpoint
ALTER TABLE "resource_texts" ADD CONSTRAINT "resource_texts_resource_id_resources_id_fk" FOREIGN KEY ("resource_id") REFERENCES "public"."resources"("id") ON DELETE cascade ON UPDATE no action;