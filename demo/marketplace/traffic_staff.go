package marketplace

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/aimarketplace/monitoring/demo/dice"
)

// verify advances the verification that has waited longest in a random status, and puts the prompt on sale or rejects
// it when level 1 is decided.
func (w worker) verify(ctx context.Context) error {
	decision := dice.Pick(w.dice, []dice.Choice[string]{{Weight: 9, Value: "APPROVED"}, {Weight: 1, Value: "REJECTED"}})
	step := [][2]string{{"PENDING", "ASSIGNED"}, {"ASSIGNED", "IN_PROGRESS"}, {"IN_PROGRESS", "COMPLETED"}, {"COMPLETED", decision}}[w.dice.IntN(4)]
	return pgx.BeginFunc(ctx, w.pool, func(tx pgx.Tx) error {
		var product string
		var level int
		err := tx.QueryRow(ctx, `UPDATE "Verification" SET "status" = $2::text::"VerificationStatus",
				"assigned_at" = CASE WHEN $2 = 'ASSIGNED' THEN timezone('UTC', now()) ELSE "assigned_at" END,
				"reviewed_at" = CASE WHEN $2 = 'COMPLETED' THEN timezone('UTC', now()) ELSE "reviewed_at" END,
				"completed_at" = CASE WHEN $2 IN ('APPROVED', 'REJECTED') THEN timezone('UTC', now()) ELSE "completed_at" END
			WHERE "id" = (SELECT "id" FROM "Verification" WHERE "status" = $1::text::"VerificationStatus"
				ORDER BY "requested_at" LIMIT 1 FOR UPDATE SKIP LOCKED)
			RETURNING "product_id", "level"`, step[0], step[1]).Scan(&product, &level)
		if err != nil || level > 1 || step[0] != "COMPLETED" {
			return err
		}
		_, err = tx.Exec(ctx, `UPDATE "Product" SET "status" = CASE $2 WHEN 'APPROVED' THEN 'active' ELSE 'rejected' END,
			"updatedAt" = timezone('UTC', now()) WHERE "id" = $1`, product, decision)
		return err
	})
}

// scanFiles releases files that were uploaded 20 seconds ago, and quarantines one in a hundred.
func (w worker) scanFiles(ctx context.Context) error {
	return w.exec(ctx, `UPDATE "File" SET "status" = CASE WHEN random() < 0.01 THEN 'QUARANTINED' ELSE 'ACTIVE' END::"FileStatus"
		WHERE "status" = 'SCANNING' AND "created_at" < timezone('UTC', now()) - interval '20 seconds'`)
}

// sendMail sends a few due mails at a time, in the two steps of the application's cron job: claimed, then sent.
func (w worker) sendMail(ctx context.Context) error {
	err := w.exec(ctx, `UPDATE "EmailQueue" SET "status" = 'SENT', "sent_at" = timezone('UTC', now()) WHERE "status" = 'PROCESSING'`)
	if err != nil {
		return err
	}
	return w.exec(ctx, `UPDATE "EmailQueue" SET "status" = 'PROCESSING', "attempts" = "attempts" + 1
		WHERE "id" IN (SELECT "id" FROM "EmailQueue" WHERE "status" = 'PENDING' AND "scheduled_at" <= timezone('UTC', now())
			ORDER BY "scheduled_at" LIMIT 20 FOR UPDATE SKIP LOCKED)`)
}

// salesReport is the slow query of the marketplace. The join is slow with many rows; pg_sleep makes it slow with few.
func (w worker) salesReport(ctx context.Context) error {
	return w.read(ctx, `WITH sales_report AS MATERIALIZED (SELECT pg_sleep(1.2))
		SELECT p."category", o."currency", date_trunc('week', o."paid_at") AS week, count(*), sum(o."amount"),
			count(DISTINCT o."buyer_id"), avg(r."rating")
		FROM sales_report, "Order" o
		JOIN "Product" p ON p."id" = o."product_id"
		JOIN "User" u ON u."id" = o."buyer_id"
		LEFT JOIN "Review" r ON r."product_id" = p."id" AND r."user_id" = u."id"
		WHERE o."status" IN ('PAID', 'COMPLETED') GROUP BY 1, 2, 3 ORDER BY 5 DESC`)
}
