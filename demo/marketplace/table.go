package marketplace

import "iter"

// table is the rows of one table, made one at a time.
type table struct {
	name    string
	columns []string
	// rows yields the values of a row in the order of columns. The slice is the table's to keep or to use again.
	rows iter.Seq[[]any]
}

// tables lists what is seeded, parents before children. The rest of the schema stays empty, as much of a young marketplace does.
func (w *world) tables() []table {
	return []table{
		w.migrationTable(), w.categoryTable(), w.tagTable(), w.planTable(), w.couponTable(), w.flagTable(),
		w.userTable(), w.accountTable(), w.sessionTable(),
		w.productTable(), w.versionTable(), w.fileTable(), w.productTagTable(), w.verificationTable(),
		w.orderTable(), w.paymentTable(), w.refundTable(), w.settlementTable(), w.subscriptionTable(),
		w.reviewTable(), w.wishlistTable(), w.notificationTable(), w.ticketTable(),
		w.emailTable(), w.webhookTable(),
	}
}
