ALTER TABLE "document_texts" ADD COLUMN "folded" text;--> statement-breakpoint
UPDATE "document_texts" SET "folded" = nullif(normalize("text", NFKC), "text");--> statement-breakpoint
-- looked through by search alone: not named in the schema, or each reading of a comment would bring it along
ALTER TABLE "comments" ADD COLUMN "folded" text GENERATED ALWAYS AS (nullif(normalize("body", NFKC), "body")) STORED;--> statement-breakpoint
ALTER TABLE "threads" ADD COLUMN "quote_folded" text GENERATED ALWAYS AS (nullif(normalize("anchor" ->> 'quote', NFKC), "anchor" ->> 'quote')) STORED;
