INSERT INTO "_prisma_migrations" ("id", "checksum", "finished_at", "migration_name", "started_at", "applied_steps_count")
SELECT 'f0a1b2c3-0000-4000-8000-' || lpad(i::text, 12, '0'), repeat(md5(name), 2), at, to_char(at, 'YYYYMMDDHH24MISS_') || name, at, 1
FROM unnest('{init,verification_levels,settlements,subscriptions,email_queue}'::text[]) WITH ORDINALITY AS migrations (name, i),
	LATERAL (SELECT (:now - interval '365 days' + (i - 1) * interval '60 days') AT TIME ZONE 'UTC' AS at) applied;

INSERT INTO "FeatureFlag" ("key", "enabled", "rollout") VALUES ('new-checkout', true, 100), ('semantic-search', true, 25), ('dark-mode', false, 0);

-- Traffic redeems FLASH10 from several connections at once.
INSERT INTO "Coupon" ("id", "code", "percent_off")
VALUES (id('Coupon', 1), 'FLASH10', 10), (id('Coupon', 2), 'WELCOME', 20), (id('Coupon', 3), 'PRO50', 50);

-- Every third user has up to three prompts on a wish list.
INSERT INTO "Wishlist" ("id", "user_id", "product_id", "created_at")
SELECT id('Wishlist', wish), user_id, p.id, wished_at
FROM (
	SELECT i AS person, id AS user_id, created_at AS registered_at, i::bigint * 3 + n AS wish,
		((floor(roll('wishes', i) * (:users * 2 / 5)) + n)::bigint % (:users * 2 / 5))::int AS prompt
	FROM people, generate_series(0, floor(3 * roll('wish count', i))::int) n WHERE i % 3 = 0
) w JOIN prompts p ON p.i = w.prompt,
	LATERAL (SELECT greatest(registered_at, p.created_at) + after('wish', wish, '10 days') AS wished_at OFFSET 0) wished
WHERE wished_at <= :now;

INSERT INTO "Notification" ("id", "userId", "type", "payload", "readAt", "createdAt")
SELECT id('Notification', i), id('User', seller), 'sale', jsonb_build_object('order', id('Order', i)),
	CASE WHEN paid_at + after('read', i, '30 hours') <= :now THEN paid_at + after('read', i, '30 hours') END, paid_at
FROM sales WHERE paid_at IS NOT NULL;

INSERT INTO "SupportTicket" ("id", "user_id", "order_id", "subject", "status", "priority", "created_at", "resolved_at")
SELECT id('SupportTicket', i), id('User', buyer), id('Order', i),
	one_of('subject', i, '{the prompt does not work,where is my receipt?,please change the billing address,refund?}'),
	CASE WHEN resolved_at <= :now THEN 'resolved' ELSE 'open' END, one_of('priority', i, '{low,normal,normal,high}'),
	opened_at, CASE WHEN resolved_at <= :now THEN resolved_at END
FROM sales, LATERAL (SELECT created_at + after('ticket', i, '2 days') AS opened_at, created_at + after('ticket', i, '2 days') + after('answer', i, '1 day') AS resolved_at OFFSET 0) ticket
WHERE i % 50 = 0 AND opened_at <= :now;

-- A welcome and, three days later, tips for each user; a receipt for each paid order; a digest that is being sent.
INSERT INTO "EmailQueue" ("id", "to", "template", "status", "attempts", "last_error", "scheduled_at", "sent_at", "created_at")
WITH mails AS (
	SELECT i::bigint * 2 AS number, i AS recipient, 'welcome' AS template, created_at, created_at AS due_at FROM people
	UNION ALL SELECT i::bigint * 2 + 1, i, 'tips', created_at, created_at + interval '3 days' FROM people
	UNION ALL SELECT 2 * :users + i::bigint, buyer, 'receipt', paid_at, paid_at FROM sales WHERE paid_at IS NOT NULL
), deliveries AS (
	SELECT *, due_at + within('delivery', number, '1 second', '2 minutes') AS sent_at, roll('bounces', number) < 0.004 AS bounces FROM mails OFFSET 0
)
SELECT id('EmailQueue', number), 'user' || recipient || '@example.com', template,
	CASE WHEN sent_at > :now THEN 'PENDING' WHEN bounces THEN 'FAILED' ELSE 'SENT' END::"EmailStatus",
	CASE WHEN sent_at > :now THEN 0 WHEN bounces THEN 5 ELSE 1 END,
	CASE WHEN bounces AND sent_at <= :now THEN '550 mailbox unavailable' END,
	due_at, CASE WHEN sent_at <= :now AND NOT bounces THEN sent_at END, created_at
FROM deliveries
UNION ALL
SELECT id('EmailQueue digest', i), 'user' || i || '@example.com', 'digest', CASE WHEN i < 12 THEN 'PROCESSING' ELSE 'PENDING' END::"EmailStatus",
	CASE WHEN i < 12 THEN 1 ELSE 0 END, NULL, :now - interval '20 seconds', NULL, :now - interval '20 seconds'
FROM generate_series(0, 119) i;

-- The payment providers' webhooks of the last 30 days; older ones are deleted.
INSERT INTO "WebhookEvent" ("id", "provider", "external_id", "type", "processed_at", "received_at")
SELECT id('WebhookEvent', i), provider, 'evt_' || substr(id('WebhookEvent', i), 2), 'payment.succeeded', paid_at, paid_at
FROM sales WHERE paid_at > :now - interval '30 days';

DROP SCHEMA seed CASCADE;
