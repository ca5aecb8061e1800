-- At each payment provider, the latest order fails as often as there were payments in the last 15 minutes, and at least
-- 200 times, so that the success ratio stays low. The alerts end when the failures are 10 minutes old.
INSERT INTO "Payment" ("id", "order_id", "provider", "amount", "currency", "status", "payment_method", "failure_code", "createdAt", "updatedAt")
SELECT 'fault-' || gen_random_uuid(), order_id, provider, amount, currency, 'FAILED', payment_method, 'demo_fault', utc, utc
FROM (SELECT timezone('UTC', now()) AS utc) clock,
     (SELECT DISTINCT ON (provider) * FROM "Payment" ORDER BY provider, "createdAt" DESC) latest,
     LATERAL (SELECT count(*) AS n FROM "Payment" p WHERE p.provider = latest.provider AND p."createdAt" > utc - interval '15 minutes') recent,
     generate_series(1, greatest(200, n));
