package marketplace

const reviewShare = 0.35

func (w *world) reviewTable() table {
	return table{
		name:    "Review",
		columns: []string{"id", "user_id", "product_id", "rating", "created_at"},
		rows: func(yield func([]any) bool) {
			for i := range w.orders {
				if row, written := w.review(w.order(i)); written && !yield(row) {
					return
				}
			}
		},
	}
}

func (w *world) review(o order) ([]any, bool) {
	d := w.dice(subjectReview, o.index)
	written := o.paidAt.Add(d.after(4 * day))
	if !o.earned() || !w.past(written) || !d.chance(reviewShare) {
		return nil, false
	}
	rating := pick(d, []choice[int]{{55, 5}, {28, 4}, {10, 3}, {4, 2}, {3, 1}})
	return []any{w.id(subjectReview, o.index), o.buyer.id, o.prompt.id, rating, written}, true
}
