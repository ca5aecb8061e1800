-- The prompts on sale in the order in which they were approved.
CREATE TABLE catalog AS
SELECT row_number() OVER (ORDER BY completed_at, i)::int - 1 AS position, i AS prompt, seller, price, unit, currency, completed_at,
	CASE currency WHEN 'KRW' THEN 'toss' ELSE 'stripe' END AS provider
FROM prompts p JOIN checks c ON c.prompt = p.i AND c.level = 1 AND c.status = 'APPROVED';

-- A row for each order, with its payments and its refund. OFFSET 0 keeps the planner from repeating a step's
-- expressions in the steps that use them.
CREATE TABLE sales AS
WITH offers AS (
	SELECT *, width_bucket(begins, (SELECT array_agg(completed_at ORDER BY position) FROM catalog)) AS on_sale FROM hours OFFSET 0
), choices AS (
	SELECT i, moment('order', i, begins, orders, orders_after)::timestamp(3) AS created_at,
		least(on_sale - 1, floor((1 - roll('prompt', i) ^ 2) * on_sale)::int) AS position,
		floor(roll('first buyer', i) * users)::int AS first, floor(roll('second buyer', i) * users)::int AS second,
		floor(roll('third buyer', i) * users)::int AS third
	FROM offers, generate_series(orders, orders_after - 1) i
	OFFSET 0
), checkouts AS (
	SELECT i, created_at, c.*,
		-- Most buyers are people who stay.
		CASE WHEN stays(first) THEN first WHEN stays(second) THEN second ELSE third END AS buyer,
		created_at + within('checkout', i, '20 seconds', '3 minutes') AS started_at,
		CASE c.currency
			WHEN 'KRW' THEN pick('method', i, '{card,easy_pay,virtual_account,transfer,mobile,NULL}', '{0.52,0.76,0.87,0.94,0.97}')
			WHEN 'EUR' THEN pick('method', i, '{card,sepa_debit,paypal,NULL}', '{0.45,0.75,0.97}')
			ELSE pick('method', i, '{card,apple_pay,link,NULL}', '{0.70,0.85,0.97}')
		END AS method
	FROM choices JOIN catalog c USING (position)
	OFFSET 0
), decisions AS (
	SELECT *, started_at + CASE method
			WHEN 'virtual_account' THEN after('transfer', i, '14 hours') -- the buyer still has to transfer the money
			WHEN 'sepa_debit' THEN within('debit', i, '1 day', '4 days')
			ELSE within('decision', i, '1 second', '5 seconds')
		END AS decided_at
	FROM checkouts
	OFFSET 0
), outcomes AS (
	SELECT *,
		CASE WHEN decided_at > :now THEN 'open' WHEN roll('abandons', i) < 0.02 THEN 'abandoned' WHEN roll('declined', i) < 0.007 THEN 'declined' ELSE 'paid' END AS outcome,
		decided_at + within('retry', i, '30 seconds', '3 minutes') AS retried_at
	FROM decisions
	OFFSET 0
), payments AS (
	SELECT *, CASE outcome
			WHEN 'paid' THEN decided_at
			WHEN 'declined' THEN CASE WHEN roll('retries', i) < 0.6 THEN retried_at + within('second decision', i, '1 second', '5 seconds') END
		END AS payable_at
	FROM outcomes
	OFFSET 0
), receipts AS (
	SELECT *, CASE WHEN payable_at <= :now THEN payable_at END::timestamp(3) AS paid_at FROM payments OFFSET 0
), refunds AS (
	SELECT *, CASE WHEN roll('refunded', i) < 0.02 AND paid_at + after('complaint', i, '2 days') <= :now THEN paid_at + after('complaint', i, '2 days') END AS refund_at,
		CASE WHEN roll('partial refund', i) < 0.3 THEN price * (20 + 10 * floor(roll('refund share', i) * 6)::int) / 100 ELSE price END AS refund_price
	FROM receipts
	OFFSET 0
), arrivals AS (
	SELECT *, refund_at + within('refund arrives', i, '2 days', '10 days') AS arrives_at FROM refunds OFFSET 0
), settled AS (
	SELECT *, CASE
			WHEN arrives_at <= :now THEN pick('refund outcome', i, '{SUCCEEDED,FAILED,CANCELLED}', '{0.90,0.95}')
			WHEN refund_at + (arrives_at - refund_at) / 2 <= :now THEN 'PROCESSING'
			WHEN refund_at IS NOT NULL THEN 'PENDING'
		END AS refund_status
	FROM arrivals
	OFFSET 0
)
SELECT i, created_at, prompt, seller, buyer, price, price * 15 / 100 AS fee, unit::float8 AS unit, currency, provider, method,
	started_at, decided_at, outcome, retried_at, paid_at, refund_at, refund_price, refund_status,
	CASE refund_status WHEN 'SUCCEEDED' THEN arrives_at END AS refunded_at,
	CASE
		WHEN paid_at IS NULL THEN CASE outcome WHEN 'open' THEN 'PENDING' WHEN 'abandoned' THEN 'CANCELLED' ELSE 'FAILED' END
		WHEN refund_status = 'SUCCEEDED' AND refund_price = price THEN 'REFUNDED' -- a refund of a part leaves the order as it is
		WHEN paid_at + interval '7 days' <= :now AND i % 25 <> 0 THEN 'COMPLETED'
		ELSE 'PAID'
	END AS status
FROM settled;

INSERT INTO "Order" ("id", "buyer_id", "product_id", "amount", "platform_fee", "seller_amount", "currency", "status", "payment_provider", "paid_at", "refunded_at", "createdAt")
SELECT id('Order', i), id('User', buyer), id('Product', prompt), price / unit, fee / unit, (price - fee) / unit, currency,
	status::"OrderStatus", provider, paid_at, refunded_at, created_at
FROM sales;

-- The first payment of each order, and the second one of those that retried after a failure.
INSERT INTO "Payment" ("id", "order_id", "provider", "provider_payment_id", "amount", "currency", "status", "payment_method", "failure_code", "createdAt", "updatedAt")
SELECT id('Payment', number), id('Order', i), provider, 'pay_' || substr(id('Payment', number), 2, 16), price / unit, currency, p.status::"PaymentStatus", p.method,
	CASE WHEN p.status <> 'FAILED' THEN NULL
		WHEN currency = 'KRW' THEN one_of('failure', i, '{REJECT_CARD_COMPANY,NOT_ENOUGH_BALANCE,EXCEED_MAX_AMOUNT,INVALID_CARD_EXPIRATION}')
		ELSE one_of('failure', i, '{card_declined,insufficient_funds,expired_card,authentication_required,processing_error}') END,
	p.started_at, p.updated_at
FROM sales s, LATERAL (
	SELECT i::bigint * 2 AS number, s.method, s.started_at,
		CASE outcome
			WHEN 'open' THEN CASE s.method WHEN 'virtual_account' THEN 'PENDING' ELSE 'PROCESSING' END
			WHEN 'abandoned' THEN 'CANCELLED'
			WHEN 'declined' THEN 'FAILED'
			ELSE CASE s.status WHEN 'REFUNDED' THEN 'REFUNDED' ELSE 'SUCCEEDED' END
		END AS status,
		CASE WHEN outcome = 'open' THEN s.started_at WHEN outcome = 'paid' AND s.status = 'REFUNDED' THEN refunded_at ELSE decided_at END AS updated_at
	WHERE s.started_at <= :now
	UNION ALL
	SELECT i::bigint * 2 + 1, 'card', retried_at, CASE s.status WHEN 'REFUNDED' THEN 'REFUNDED' ELSE 'SUCCEEDED' END, CASE s.status WHEN 'REFUNDED' THEN refunded_at ELSE paid_at END
	WHERE outcome = 'declined' AND paid_at IS NOT NULL
) p;

INSERT INTO "Refund" ("id", "order_id", "provider", "amount", "currency", "reason", "status", "createdAt")
SELECT id('Refund', i), id('Order', i), provider, refund_price / unit, currency,
	('{not_as_described,duplicate,requested_by_customer,does_not_work}'::text[])[1 + i % 4], refund_status::"RefundStatus", refund_at
FROM sales WHERE refund_at IS NOT NULL;

-- A settlement for each seller and whole month, paid within three days. None has failed, and one in 200 of the older ones
-- was canceled.
INSERT INTO "Settlement" ("id", "seller_id", "total_amount", "platform_fee", "payout_amount", "currency", "status", "period_start", "period_end", "payout_date", "createdAt")
WITH months AS (
	SELECT seller, currency, unit, date_trunc('month', paid_at) AS month, sum(price) AS total, sum(fee) AS fee
	FROM sales WHERE status IN ('PAID', 'COMPLETED') GROUP BY 1, 2, 3, 4
), due AS (
	SELECT *, month + interval '1 month' AS ends, seller * 100::bigint + extract(month FROM month)::int AS number FROM months
	WHERE month + interval '1 month 5 minutes' <= :now
), payouts AS (
	SELECT *, ends + within('payout', number, '1 day', '2.5 days') AS payout_at,
		CASE WHEN :now - ends >= interval '31 days' AND roll('payout canceled', number) < 0.005 THEN 'CANCELLED' ELSE 'PAID' END AS status
	FROM due
)
SELECT id('Settlement', number), id('User', seller), total / unit, fee / unit, (total - fee) / unit, currency,
	CASE WHEN status = 'PAID' AND payout_at > :now THEN 'PROCESSING' ELSE status END::"SettlementStatus",
	month, ends, CASE WHEN status = 'PAID' AND payout_at <= :now THEN payout_at END, ends + interval '5 minutes'
FROM payouts;

INSERT INTO "Review" ("id", "user_id", "product_id", "rating", "created_at")
SELECT id('Review', i), id('User', buyer), id('Product', prompt), pick('rating', i, '{5,4,3,2,1}', '{0.55,0.83,0.93,0.97}')::int, written_at
FROM sales, LATERAL (SELECT paid_at + after('review', i, '4 days') AS written_at OFFSET 0) review
WHERE status IN ('PAID', 'COMPLETED') AND roll('reviews', i) < 0.35 AND written_at <= :now;
