package marketplace

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// verify takes the verification that waits longest in some state one step further.
func (c crowd) verify(ctx context.Context) error {
	outcome := pick(c.dice, []choice[string]{{9, "APPROVED"}, {1, "REJECTED"}})
	from, to := "COMPLETED", outcome
	switch c.dice.IntN(4) {
	case 0:
		from, to = "PENDING", "ASSIGNED"
	case 1:
		from, to = "ASSIGNED", "IN_PROGRESS"
	case 2:
		from, to = "IN_PROGRESS", "COMPLETED"
	}
	return c.transaction(ctx, func(tx pgx.Tx) error { return advance(ctx, tx, from, to) })
}

func advance(ctx context.Context, tx pgx.Tx, from, to string) error {
	var product string
	var level int
	err := tx.QueryRow(ctx, `UPDATE "Verification" SET "status" = $2::text::"VerificationStatus",
			"assigned_at" = CASE WHEN $2 = 'ASSIGNED' THEN timezone('UTC', now()) ELSE "assigned_at" END,
			"reviewed_at" = CASE WHEN $2 = 'COMPLETED' THEN timezone('UTC', now()) ELSE "reviewed_at" END,
			"completed_at" = CASE WHEN $2 IN ('APPROVED', 'REJECTED') THEN timezone('UTC', now()) ELSE "completed_at" END
		WHERE "id" = (SELECT "id" FROM "Verification" WHERE "status" = $1::text::"VerificationStatus"
			ORDER BY "requested_at" LIMIT 1 FOR UPDATE SKIP LOCKED)
		RETURNING "product_id", "level"`, from, to).Scan(&product, &level)
	if err != nil || level > 1 {
		return err
	}
	status, decided := map[string]string{"APPROVED": "active", "REJECTED": "rejected"}[to]
	if !decided {
		return nil
	}
	_, err = tx.Exec(ctx, `UPDATE "Product" SET "status" = $2, "updatedAt" = timezone('UTC', now()) WHERE "id" = $1`, product, status)
	return err
}

// scanFiles lets what was uploaded some seconds ago through, but for the odd virus.
func (c crowd) scanFiles(ctx context.Context) error {
	return c.exec(ctx, `UPDATE "File" SET "status" = CASE WHEN random() < 0.01 THEN 'QUARANTINED' ELSE 'ACTIVE' END::"FileStatus"
		WHERE "status" = 'SCANNING' AND "created_at" < timezone('UTC', now()) - interval '20 seconds'`)
}

func queueMail(ctx context.Context, tx pgx.Tx, to, template string) error {
	_, err := tx.Exec(ctx, `INSERT INTO "EmailQueue" ("id", "to", "template", "scheduled_at", "created_at")
		VALUES ($1, $2, $3, timezone('UTC', now()), timezone('UTC', now()))`, newID(), to, template)
	return err
}

// drainMail sends what is due, a few at a time, in two steps as the cron does: claimed, then sent.
func (c crowd) drainMail(ctx context.Context) error {
	err := c.exec(ctx, `UPDATE "EmailQueue" SET "status" = 'SENT', "sent_at" = timezone('UTC', now()) WHERE "status" = 'PROCESSING'`)
	if err != nil {
		return err
	}
	return c.exec(ctx, `UPDATE "EmailQueue" SET "status" = 'PROCESSING', "attempts" = "attempts" + 1
		WHERE "id" IN (SELECT "id" FROM "EmailQueue" WHERE "status" = 'PENDING' AND "scheduled_at" <= timezone('UTC', now())
			ORDER BY "scheduled_at" LIMIT 20 FOR UPDATE SKIP LOCKED)`)
}

// report is the slow query that every marketplace has. The join is heavy in a large one; in a small one the pause makes up for it.
func (c crowd) report(ctx context.Context) error {
	return c.read(ctx, `WITH sales_report AS MATERIALIZED (SELECT pg_sleep(1.2))
		SELECT p."category", o."currency", date_trunc('week', o."paid_at") AS week, count(*), sum(o."amount"),
			count(DISTINCT o."buyer_id"), avg(r."rating")
		FROM sales_report, "Order" o
		JOIN "Product" p ON p."id" = o."product_id"
		JOIN "User" u ON u."id" = o."buyer_id"
		LEFT JOIN "Review" r ON r."product_id" = p."id" AND r."user_id" = u."id"
		WHERE o."status" IN ('PAID', 'COMPLETED') GROUP BY 1, 2, 3 ORDER BY 5 DESC`)
}
