INSERT INTO "Payment" SELECT * FROM demo_fault.payments;
DROP SCHEMA demo_fault CASCADE;
