DROP INDEX "signatures_revision_id_side_index";--> statement-breakpoint
CREATE UNIQUE INDEX "signatures_revision_id_user_id_index" ON "signatures" USING btree ("revision_id","user_id");