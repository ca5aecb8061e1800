-- The actions of users and background jobs. A header gives the weight of an action among 1,000, or the pause between two
-- runs of a job. The statements of a section are one transaction. "then" starts another one after a short pause.
--
-- Go sets the variables of each run: @id1 to @id4 are new ids, @at and @elsewhere random positions in the order of ids, so
-- that the next row is found by the primary key; @roll is uniform from 0 up to 1, @number an integer below 1000. Times are
-- timezone('UTC', now()): now() alone would store the local time of the server's time zone.

-- action search by category, weight 130
SELECT "id", "title", "price", "currency" FROM "Product"
WHERE "status" = 'active' AND "category" = @category ORDER BY "createdAt" DESC LIMIT 24;

-- action search by price, weight 130
SELECT "id", "title", "price" FROM "Product"
WHERE "price" BETWEEN 20 * @number::float8 AND 25000 AND "currency" = 'KRW' AND "status" = 'active' ORDER BY "price" LIMIT 24;

-- No index serves this search.
-- action search by word, weight 140
SELECT "id", "title" FROM "Product" WHERE "title" ILIKE '%' || @word::text || '%' LIMIT 24;
INSERT INTO "SearchLog" ("id", "query", "created_at") VALUES (@id1, @word::text, timezone('UTC', now()));

-- action browse, weight 200
SELECT p.*, u."name" FROM "Product" p JOIN "User" u ON u."id" = p."seller_id"
WHERE p."id" >= @at AND p."status" = 'active' ORDER BY p."id" LIMIT 1;
SELECT "rating", "comment" FROM "Review"
WHERE "product_id" = (SELECT "id" FROM "Product" WHERE "id" >= @at AND "status" = 'active' ORDER BY "id" LIMIT 1)
ORDER BY "created_at" DESC LIMIT 10;
UPDATE "Product" SET "view_count" = "view_count" + 1
WHERE "id" = (SELECT "id" FROM "Product" WHERE "id" >= @at AND "status" = 'active' ORDER BY "id" LIMIT 1);

-- action profile, weight 150
SELECT "id", "name", "image", "subscriptionTier" FROM "User" WHERE "id" >= @at ORDER BY "id" LIMIT 1;
SELECT o."id", o."amount", o."currency", o."status", p."title" FROM "Order" o JOIN "Product" p ON p."id" = o."product_id"
WHERE o."buyer_id" = (SELECT "id" FROM "User" WHERE "id" >= @at ORDER BY "id" LIMIT 1) ORDER BY o."createdAt" DESC LIMIT 20;

-- action sign-in, weight 100
INSERT INTO "Session" ("id", "userId", "createdAt", "expiresAt")
SELECT @id1::text, "id", timezone('UTC', now()), timezone('UTC', now()) + interval '30 days'
FROM "User" WHERE "id" >= @at ORDER BY "id" LIMIT 1;

-- action sign-out, weight 13
DELETE FROM "Session" WHERE "id" = (
	SELECT "id" FROM "Session" WHERE "userId" = (SELECT "id" FROM "User" WHERE "id" >= @at ORDER BY "id" LIMIT 1)
	ORDER BY "createdAt" DESC LIMIT 1);

-- action registration, weight 10
INSERT INTO "User" ("id", "email", "name", "createdAt", "updatedAt")
VALUES (@id1, @id1::text || '@example.com', 'New user', timezone('UTC', now()), timezone('UTC', now()));
INSERT INTO "Session" ("id", "userId", "createdAt", "expiresAt")
VALUES (@id2, @id1, timezone('UTC', now()), timezone('UTC', now()) + interval '30 days');
INSERT INTO "EmailQueue" ("id", "to", "template", "scheduled_at", "created_at")
VALUES (@id3, @id1::text || '@example.com', 'welcome', timezone('UTC', now()), timezone('UTC', now()));

-- The payment provider decides between the transactions. It declines as many payments as the website reports.
-- action purchase, weight 36
INSERT INTO "Order" ("id", "buyer_id", "product_id", "amount", "platform_fee", "seller_amount", "currency", "status", "payment_provider", "createdAt")
SELECT @id1::text, u."id", p."id", p."price", fee, round((p."price" - fee)::numeric, 2), p."currency", 'PENDING',
	CASE p."currency" WHEN 'KRW' THEN 'toss' ELSE 'stripe' END, timezone('UTC', now())
FROM (SELECT "id" FROM "User" WHERE "id" >= @elsewhere ORDER BY "id" LIMIT 1) u,
	(SELECT * FROM "Product" WHERE "id" >= @at AND "status" = 'active' ORDER BY "id" LIMIT 1) p,
	LATERAL (SELECT CASE p."currency" WHEN 'KRW' THEN floor(p."price" * 0.15) ELSE floor(p."price" * 15) / 100 END AS fee) fees;
INSERT INTO "Payment" ("id", "order_id", "provider", "amount", "currency", "status", "payment_method", "createdAt", "updatedAt")
SELECT @id2::text, "id", "payment_provider", "amount", "currency", 'PROCESSING',
	CASE WHEN @number < 600 THEN 'card' WHEN @number < 850 THEN CASE "payment_provider" WHEN 'toss' THEN 'easy_pay' ELSE 'link' END END,
	timezone('UTC', now()), timezone('UTC', now())
FROM "Order" WHERE "id" = @id1;
-- then
UPDATE "Payment" SET "status" = CASE WHEN @roll < 0.0015 THEN 'FAILED' ELSE 'SUCCEEDED' END::"PaymentStatus",
	"failure_code" = CASE WHEN @roll < 0.0015 THEN CASE "provider" WHEN 'toss' THEN 'REJECT_CARD_COMPANY' ELSE 'card_declined' END END,
	"updatedAt" = timezone('UTC', now())
WHERE "id" = @id2;
UPDATE "Order" SET "status" = CASE WHEN @roll < 0.0015 THEN 'FAILED' ELSE 'PAID' END::"OrderStatus",
	"paid_at" = CASE WHEN @roll >= 0.0015 THEN timezone('UTC', now()) END
WHERE "id" = @id1;
INSERT INTO "Notification" ("id", "userId", "type", "createdAt")
SELECT @id3::text, p."seller_id", 'sale', timezone('UTC', now())
FROM "Order" o JOIN "Product" p ON p."id" = o."product_id" WHERE o."id" = @id1 AND o."status" = 'PAID';
INSERT INTO "EmailQueue" ("id", "to", "template", "scheduled_at", "created_at")
SELECT @id4::text, "buyer_id" || '@example.com', 'receipt', timezone('UTC', now()), timezone('UTC', now())
FROM "Order" WHERE "id" = @id1 AND "status" = 'PAID';

-- A refund of the whole amount of an order without one. Its own id finds the refunded order again.
-- action refund, weight 1
INSERT INTO "Refund" ("id", "order_id", "provider", "amount", "currency", "reason", "status", "createdAt")
SELECT @id1::text, "id", "payment_provider", "amount", "currency", 'requested_by_customer', 'SUCCEEDED', timezone('UTC', now())
FROM "Order" o WHERE "status" = 'PAID' AND "paid_at" > timezone('UTC', now()) - interval '7 days'
	AND NOT EXISTS (SELECT FROM "Refund" r WHERE r."order_id" = o."id") ORDER BY "paid_at" LIMIT 1 FOR UPDATE SKIP LOCKED;
UPDATE "Order" SET "status" = 'REFUNDED', "refunded_at" = timezone('UTC', now())
WHERE "id" = (SELECT "order_id" FROM "Refund" WHERE "id" = @id1);
UPDATE "Payment" SET "status" = 'REFUNDED', "updatedAt" = timezone('UTC', now())
WHERE "order_id" = (SELECT "order_id" FROM "Refund" WHERE "id" = @id1) AND "status" = 'SUCCEEDED';

-- action upload, weight 16
INSERT INTO "Product" ("id", "seller_id", "title", "status", "category", "price", "currency", "createdAt", "updatedAt")
SELECT @id1::text, "seller_id", 'A new prompt', 'pending', @category, 1900 + 1000 * (@number % 20), 'KRW', timezone('UTC', now()), timezone('UTC', now())
FROM "Product" WHERE "id" >= @at ORDER BY "id" LIMIT 1;
INSERT INTO "File" ("id", "product_id", "user_id", "name", "size", "status", "created_at")
SELECT @id2::text, "id", "seller_id", 'prompt.json', 1000 * @number, 'SCANNING', timezone('UTC', now()) FROM "Product" WHERE "id" = @id1;
INSERT INTO "Verification" ("id", "product_id", "level", "status", "requested_at")
SELECT @id3::text, "id", 1, 'PENDING', timezone('UTC', now()) FROM "Product" WHERE "id" = @id1;

-- action review, weight 10
INSERT INTO "Review" ("id", "user_id", "product_id", "rating", "created_at")
SELECT @id1::text, "buyer_id", "product_id", 1 + @number % 5, timezone('UTC', now()) FROM "Order"
WHERE "id" >= @at AND "status" IN ('PAID', 'COMPLETED') ORDER BY "id" LIMIT 1;

-- Moves the verification that has waited longest in a random status to the next one. A decision on level 1 puts the
-- prompt on sale or rejects it, and leaves completed_at at the time of the review, as the application does. Four steps for
-- each upload keep the queue short.
-- action verification, weight 64
WITH next AS (
	UPDATE "Verification" SET
		"status" = CASE "status" WHEN 'PENDING' THEN 'ASSIGNED' WHEN 'ASSIGNED' THEN 'IN_PROGRESS' WHEN 'IN_PROGRESS' THEN 'COMPLETED'
			ELSE CASE WHEN @roll < 0.9 THEN 'APPROVED' ELSE 'REJECTED' END END::"VerificationStatus",
		"assigned_at" = CASE "status" WHEN 'PENDING' THEN timezone('UTC', now()) ELSE "assigned_at" END,
		"reviewed_at" = CASE "status" WHEN 'IN_PROGRESS' THEN timezone('UTC', now()) ELSE "reviewed_at" END,
		"completed_at" = CASE "status" WHEN 'IN_PROGRESS' THEN timezone('UTC', now()) ELSE "completed_at" END
	WHERE "id" = (SELECT "id" FROM "Verification"
		WHERE "status" = ('{PENDING,ASSIGNED,IN_PROGRESS,COMPLETED}'::"VerificationStatus"[])[1 + @number % 4]
		ORDER BY "requested_at" LIMIT 1 FOR UPDATE SKIP LOCKED)
	RETURNING "product_id", "level", "status"
)
UPDATE "Product" SET "status" = CASE next."status" WHEN 'APPROVED' THEN 'active' ELSE 'rejected' END, "updatedAt" = timezone('UTC', now())
FROM next WHERE "id" = next."product_id" AND next."level" = 1 AND next."status" IN ('APPROVED', 'REJECTED');

-- The two steps of the application's cron job: mails are claimed, then sent.
-- job mail queue, every 2s
UPDATE "EmailQueue" SET "status" = 'SENT', "sent_at" = timezone('UTC', now()) WHERE "status" = 'PROCESSING';
-- then
UPDATE "EmailQueue" SET "status" = 'PROCESSING', "attempts" = "attempts" + 1
WHERE "id" IN (SELECT "id" FROM "EmailQueue" WHERE "status" = 'PENDING' AND "scheduled_at" <= timezone('UTC', now())
	ORDER BY "scheduled_at" LIMIT 20 FOR UPDATE SKIP LOCKED);

-- Two jobs wait for each other's lock of one row. More rows could cause a deadlock.
-- job coupon, every 3s
UPDATE "Coupon" SET "redeemed" = "redeemed" + 1 WHERE "code" = 'FLASH10';
SELECT pg_sleep(0.2 + 0.4 * @roll);

-- job another coupon, every 3s
UPDATE "Coupon" SET "redeemed" = "redeemed" + 1 WHERE "code" = 'FLASH10';
SELECT pg_sleep(0.2 + 0.4 * @roll);

-- The virus scanner releases files after 20 seconds, and quarantines one in a hundred.
-- job file scan, every 10s
UPDATE "File" SET "status" = CASE WHEN random() < 0.01 THEN 'QUARANTINED' ELSE 'ACTIVE' END::"FileStatus"
WHERE "status" = 'SCANNING' AND "created_at" < timezone('UTC', now()) - interval '20 seconds';

-- The slowest query of the marketplace. A fault slows it down by a flag.
-- job sales report, every 15s
WITH sales_report AS MATERIALIZED (
	SELECT pg_sleep(CASE WHEN EXISTS (SELECT FROM "FeatureFlag" WHERE "key" = 'slow-report') THEN 3 ELSE 0.1 END)
)
SELECT p."category", o."currency", date_trunc('week', o."paid_at") AS week, count(*), sum(o."amount"),
	count(DISTINCT o."buyer_id"), avg(r."rating")
FROM sales_report, "Order" o
JOIN "Product" p ON p."id" = o."product_id"
JOIN "User" u ON u."id" = o."buyer_id"
LEFT JOIN "Review" r ON r."product_id" = p."id" AND r."user_id" = u."id"
WHERE o."status" IN ('PAID', 'COMPLETED') GROUP BY 1, 2, 3 ORDER BY 5 DESC;
