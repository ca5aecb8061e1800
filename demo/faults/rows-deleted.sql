-- Moves the older half of all payments, which is older than any window of a KPI, to another schema.
CREATE SCHEMA demo_fault;
CREATE TABLE demo_fault.payments AS
	SELECT * FROM "Payment" ORDER BY "createdAt" LIMIT (SELECT count(*) / 2 FROM "Payment");
DELETE FROM "Payment" WHERE "id" IN (SELECT "id" FROM demo_fault.payments);
