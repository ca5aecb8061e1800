-- The seeded year has no other failed settlement.
UPDATE "Settlement" SET "status" = 'PAID' WHERE "status" = 'FAILED';
