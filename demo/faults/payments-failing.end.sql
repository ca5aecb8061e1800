-- Canceled payments do not count as failed. Deleted ones would count as lost rows.
UPDATE "Payment" SET "status" = 'CANCELLED', "updatedAt" = timezone('UTC', now())
WHERE "failure_code" = 'demo_fault' AND "status" = 'FAILED';
