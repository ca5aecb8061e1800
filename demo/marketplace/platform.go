package marketplace

import (
	"fmt"
	"strings"
	"time"
)

const (
	tagCount    = 60
	webhookKept = 30 * day // older events are cleaned up
)

// fixed is a table of a few rows that are the same in every marketplace.
func fixed(name string, columns []string, rows [][]any) table {
	return table{name: name, columns: columns, rows: func(yield func([]any) bool) {
		for _, row := range rows {
			if !yield(row) {
				return
			}
		}
	}}
}

func (w *world) categoryTable() table {
	var rows [][]any
	slugs := []string{
		"chatgpt", "midjourney", "coding", "marketing", "writing", "business", "education", "design", "photography", "video", "music",
		"legal", "health",
	}
	for i, slug := range slugs {
		rows = append(rows, []any{slug, strings.ToUpper(slug[:1]) + slug[1:], i})
	}
	return fixed("Category", []string{"slug", "name", "position"}, rows)
}

func (w *world) tagTable() table {
	var rows [][]any
	for i := range tagCount {
		rows = append(rows, []any{w.id(subjectTag, i), fmt.Sprintf("tag-%02d", i)})
	}
	return fixed("Tag", []string{"id", "name"}, rows)
}

func (w *world) flagTable() table {
	return fixed("FeatureFlag", []string{"key", "enabled", "rollout"}, [][]any{
		{"new-checkout", true, 100}, {"semantic-search", true, 25}, {"dark-mode", false, 0},
	})
}

// flashCoupon is the code that everybody redeems at once when traffic runs: one row, many writers.
const flashCoupon = "FLASH10"

func (w *world) couponTable() table {
	return fixed("Coupon", []string{"id", "code", "percent_off"}, [][]any{
		{w.id(subjectCoupon, 0), flashCoupon, 10}, {w.id(subjectCoupon, 1), "WELCOME", 20}, {w.id(subjectCoupon, 2), "PRO50", 50},
	})
}

func (w *world) migrationTable() table {
	var rows [][]any
	for i, name := range []string{"init", "verification_levels", "settlements", "subscriptions", "email_queue"} {
		at := w.calendar.start.Add(time.Duration(i) * 60 * day)
		id := fmt.Sprintf("%08x-0000-4000-8000-%012x", key(subjectMigration, i)&0xffffffff, i)
		checksum := fmt.Sprintf("%064x", key(subjectMigration, i))
		rows = append(rows, []any{id, checksum, at, at.Format("20060102150405") + "_" + name, at, 1})
	}
	return fixed("_prisma_migrations",
		[]string{"id", "checksum", "finished_at", "migration_name", "started_at", "applied_steps_count"}, rows)
}

// webhookTable has what the payment providers reported lately.
func (w *world) webhookTable() table {
	return table{
		name:    "WebhookEvent",
		columns: []string{"id", "provider", "external_id", "type", "processed_at", "received_at"},
		rows: func(yield func([]any) bool) {
			from := countAt(w.calendar.share(w.now.Add(-webhookKept)), w.orders, firstSale)
			for i := from; i < w.orders; i++ {
				o := w.order(i)
				id := w.id(subjectWebhook, i)
				if !o.paidAt.IsZero() && !yield([]any{
					id, provider(o.amount.currency), "evt_" + id[1:], "payment.succeeded", o.paidAt, o.paidAt,
				}) {
					return
				}
			}
		},
	}
}
