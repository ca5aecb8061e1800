-- Three of the latest settlements fail.
UPDATE "Settlement" SET "status" = 'FAILED'
WHERE "id" IN (SELECT "id" FROM "Settlement" WHERE "status" = 'PAID' ORDER BY "period_end" DESC, "id" LIMIT 3);
