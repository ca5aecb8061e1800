-- A fifth of the settlements of the last 31 days fail, as if the payout key had expired. A few would not page.
UPDATE "Settlement" SET "status" = 'FAILED'
WHERE "id" IN (SELECT "id" FROM "Settlement" WHERE "status" = 'PAID' ORDER BY "period_end" DESC, "id"
	LIMIT (SELECT greatest(3, count(*) / 5) FROM "Settlement" WHERE "status" = 'PAID' AND "period_end" > timezone('UTC', now()) - interval '31 days'));
