-- The older half of all payments, which no window of a KPI reaches back to, is kept aside and deleted.
CREATE SCHEMA demo_fault;
CREATE TABLE demo_fault.payments AS
	SELECT * FROM "Payment" ORDER BY "createdAt" LIMIT (SELECT count(*) / 2 FROM "Payment");
DELETE FROM "Payment" WHERE "id" IN (SELECT "id" FROM demo_fault.payments);
