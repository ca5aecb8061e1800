package kpi

import "fmt"

// verification inserts a verification. An empty completed is stored as NULL.
func verification(status, requested, completed string) string {
	if completed == "" {
		completed = "NULL"
	}
	return insert("Verification", "product_id, status, requested_at, completed_at", "'p'", text(status), requested, completed)
}

// automatic inserts a verification of level 0, which is approved in the second of the request.
func automatic(at string) string {
	return insert("Verification", "product_id, level, status, requested_at, completed_at", "'p'", "0", "'APPROVED'", at, at)
}

func promptStories() []story {
	return []story{
		{
			name: "prompts are counted by stored status; known statuses without prompts are 0",
			rows: []string{
				prompt("s", "art", ago("23 hours")), prompt("s", "art", ago("25 hours")), prompt("s", "art", ago("31 days")),
				`INSERT INTO "Product" (id, seller_id, status, "createdAt") VALUES ('x', 's', 'archived', '2020-01-01')`,
			},
			want: map[string]series{
				"prompts":          {"draft": 0, "pending": 0, "active": 3, "rejected": 0, "suspended": 0, "archived": 1},
				"prompts_uploaded": {"1d": 1, "7d": 2, "30d": 2},
			},
		},
		{
			name: "a verification is counted when it is approved or rejected",
			rows: []string{
				automatic(ago("5 hours")),
				verification("APPROVED", ago("3 hours"), ago("2 hours")),            // took 3,600 s
				verification("APPROVED", ago("4 days"), ago("3 days")),              // took 86,400 s
				verification("REJECTED", ago("25 hours"), ago("24 hours 1 minute")), // took 59 minutes = 3,540 s
				verification("APPROVED", ago("40 days"), ago("30 days 1 minute")),   // before the window
				verification("CANCELLED", ago("5 hours"), ago("1 hour")),            // no decision
				verification("COMPLETED", ago("90 minutes"), ago("80 minutes")),     // took 600 s; waits for a decision
				verification("PENDING", ago("10 hours"), ""),                        // pending
				verification("ASSIGNED", ago("20 hours"), ""),                       // pending for the longest time
				verification("IN_PROGRESS", ago("1 hour"), ""),                      // pending
				verification("APPROVED", ago("31 days"), ago("29 days 23 hours")),   // took 25 hours = 90,000 s
			},
			want: map[string]series{
				"prompts_verified": {
					"manual 1d": 1, "manual 7d": 2, "manual 30d": 3, "manual all": 4,
					"automatic 1d": 1, "automatic 7d": 1, "automatic 30d": 1, "automatic all": 1,
				},
				"prompt_verifications": {
					"manual APPROVED 1d": 1, "manual APPROVED 7d": 2, "manual APPROVED 30d": 3, "manual APPROVED all": 4,
					"manual REJECTED 1d": 0, "manual REJECTED 7d": 1, "manual REJECTED 30d": 1, "manual REJECTED all": 1,
					"automatic APPROVED 1d": 1, "automatic APPROVED 7d": 1, "automatic APPROVED 30d": 1, "automatic APPROVED all": 1,
					"automatic REJECTED 1d": 0, "automatic REJECTED 7d": 0, "automatic REJECTED 30d": 0, "automatic REJECTED all": 0,
				},
				// 1d: (3,600 + 600) / 2. 7d: (4,200 + 86,400 + 3,540) / 4 = 94,140 / 4. 30d:
				// (94,140 + 90,000) / 5 = 184,140 / 5.
				"prompt_verification_mean_seconds": {
					"manual 1d": 2100, "manual 7d": 23535, "manual 30d": 36828,
					"automatic 1d": 0, "automatic 7d": 0, "automatic 30d": 0,
				},
				"prompt_verifications_pending": {"": 4},
			},
			approx: map[string]float64{"prompt_verification_oldest_pending_seconds": 72000}, // ASSIGNED, 20 hours
		},
		{
			name: "without completed or pending verifications the mean and the age are absent",
			want: map[string]series{
				"prompts":          {"draft": 0, "pending": 0, "active": 0, "rejected": 0, "suspended": 0},
				"prompts_uploaded": {"1d": 0, "7d": 0, "30d": 0},
				"prompts_verified": {
					"manual 1d": 0, "manual 7d": 0, "manual 30d": 0, "manual all": 0,
					"automatic 1d": 0, "automatic 7d": 0, "automatic 30d": 0, "automatic all": 0,
				},
				"prompt_verification_mean_seconds":           {},
				"prompt_verifications_pending":               {"": 0},
				"prompt_verification_oldest_pending_seconds": {},
				"prompt_verifications": {
					"manual APPROVED 1d": 0, "manual APPROVED 7d": 0, "manual APPROVED 30d": 0, "manual APPROVED all": 0,
					"manual REJECTED 1d": 0, "manual REJECTED 7d": 0, "manual REJECTED 30d": 0, "manual REJECTED all": 0,
					"automatic APPROVED 1d": 0, "automatic APPROVED 7d": 0, "automatic APPROVED 30d": 0, "automatic APPROVED all": 0,
					"automatic REJECTED 1d": 0, "automatic REJECTED 7d": 0, "automatic REJECTED 30d": 0, "automatic REJECTED all": 0,
				},
			},
		},
	}
}

// sale inserts a prompt in a category and an order of it that was paid an hour ago.
func sale(id, category, status string) string {
	return fmt.Sprintf(`INSERT INTO "Product" (id, seller_id, category, "createdAt") VALUES ('%[1]s', 's', %[2]s, '2020-01-01');
		INSERT INTO "Order" (id, buyer_id, product_id, amount, status, paid_at)
		VALUES ('%[1]s', 'b', '%[1]s', 1, '%[3]s', %[4]s)`, id, text(category), status, ago("1 hour"))
}

func categoryStories() []story {
	return []story{
		{
			name: "categories beyond the tenth are merged into other, including a category of that name",
			rows: append(append(append(append(
				// The ten largest are the uncategorized prompts with three sales and c01 … c09 with
				// two each. k and l with one each and the category "other" with five remain: 1 +
				// 1 + 5 = 7.
				twoSalesEach("c01", "c02", "c03", "c04", "c05", "c06", "c07", "c08", "c09"),
				sale("n1", "", "PAID"), sale("n2", "", "COMPLETED"), sale("n3", "", "REFUNDED")),
				sale("k", "k", "PAID"), sale("l", "l", "PAID")),
				sale("o1", "other", "PAID"), sale("o2", "other", "PAID"), sale("o3", "other", "PAID")),
				sale("o4", "other", "PAID"), sale("o5", "other", "PAID"),
				sale("x", "c01", "CANCELLED"), sale("y", "c01", "FAILED"), sale("z", "c01", "PENDING")), // not paid
			want: map[string]series{
				"category_paid_orders": {
					"uncategorized 30d": 3, "c01 30d": 2, "c02 30d": 2, "c03 30d": 2, "c04 30d": 2, "c05 30d": 2, "c06 30d": 2,
					"c07 30d": 2, "c08 30d": 2, "c09 30d": 2, "other 30d": 7,
				},
				// The same prompts, and the three unpaid ones of c01: 2 + 3 = 5.
				"category_prompts": {
					"uncategorized": 3, "c01": 5, "c02": 2, "c03": 2, "c04": 2, "c05": 2, "c06": 2, "c07": 2, "c08": 2, "c09": 2,
					"other": 7,
				},
			},
		},
		{
			name: "with few categories other is an ordinary name, and an empty name is uncategorized",
			rows: []string{
				sale("a", "other", "PAID"), sale("b", "art", "PAID"), sale("c", "", "PAID"),
				sale("d", "will be empty", "PAID"), `UPDATE "Product" SET category = '' WHERE id = 'd'`,
				sale("e", "old", "PAID"), // paid a minute before the window; b is an hour inside it
				fmt.Sprintf(`UPDATE "Order" SET paid_at = %s WHERE id = 'e'`, ago("30 days 1 minute")),
				fmt.Sprintf(`UPDATE "Order" SET paid_at = %s WHERE id = 'b'`, ago("29 days 23 hours")),
			},
			want: map[string]series{
				"category_paid_orders": {"other 30d": 1, "art 30d": 1, "uncategorized 30d": 2},
				"category_prompts":     {"other": 1, "art": 1, "uncategorized": 2, "old": 1},
			},
		},
	}
}

func twoSalesEach(categories ...string) []string {
	var rows []string
	for _, category := range categories {
		rows = append(rows, sale(category+"-1", category, "PAID"), sale(category+"-2", category, "COMPLETED"))
	}
	return rows
}
