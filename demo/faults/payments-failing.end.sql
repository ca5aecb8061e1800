-- Who cancels did not fail. Deleting them would be a loss of rows.
UPDATE "Payment" SET "status" = 'CANCELLED', "updatedAt" = timezone('UTC', now())
WHERE "failure_code" = 'demo_fault' AND "status" = 'FAILED';
