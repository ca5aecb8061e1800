package marketplace

import (
	"fmt"
	"time"
)

// prompt is a row of "Product" as far as others need to know.
type prompt struct {
	index     int
	id        string
	seller    int // index of the user
	createdAt time.Time
	price     money
	check     check // its first verification
}

func (w *world) promptID(index int) string { return w.id(subjectProduct, index) }

func (w *world) prompt(index int) prompt {
	d := w.dice(subjectProduct, index)
	share := spread(d, index, w.products, firstUpload)
	p := prompt{index: index, id: w.promptID(index), seller: w.seller(d, share), createdAt: w.calendar.at(share)}
	p.price = price(d, w.sellerCurrency(p.seller))
	p.check = w.firstCheck(p)
	return p
}

// promptsAt is how many prompts are uploaded at a share of the year.
func (w *world) promptsAt(share float64) int { return countAt(share, w.products, firstUpload) }

// promptOnSale finds a prompt that a buyer could have seen at the time, newer ones more often than not.
func (w *world) promptOnSale(d dice, share float64, at time.Time) prompt {
	u := d.Float64()
	for i := int((1 - u*u) * float64(w.promptsAt(share)-1)); i > 0; i-- {
		if p := w.prompt(i); p.onSale(at) {
			return p
		}
	}
	return w.prompt(0) // on sale from the first day, so that no order goes without
}

func (p prompt) onSale(at time.Time) bool {
	return p.check.verdict == approved && p.check.completedAt.Before(at)
}

// sellerCurrency is the one currency a seller is paid in.
func (w *world) sellerCurrency(seller int) string {
	return pick(w.dice(subjectSettlement, -seller-1), []choice[string]{{70, "KRW"}, {23, "USD"}, {7, "EUR"}})
}

func price(d dice, currency string) money {
	cheap := int64(d.ExpFloat64() * 8)
	if currency == "KRW" {
		return money{minor: 1900 + 1000*min(cheap, 97), currency: currency}
	}
	return money{minor: 199 + 50*min(cheap, 195), currency: currency}
}

// promptStatus follows from the first verification; afterwards a few are taken down.
func (w *world) promptStatus(p prompt) string {
	switch w.checkStatus(p.check) {
	case "":
		return "draft"
	case "CANCELLED":
		return "draft"
	case "REJECTED":
		return "rejected"
	case "APPROVED":
		if p.index%60 == 59 {
			return "suspended"
		}
		return "active"
	default:
		return "pending"
	}
}

// category is empty for the few prompts whose sellers chose none.
func category(index int, seed uint64) string {
	return pick(throw(seed, subjectTag, index), []choice[string]{
		{20, "chatgpt"},
		{16, "midjourney"},
		{12, "coding"},
		{10, "marketing"},
		{8, "writing"},
		{7, "business"},
		{6, "education"},
		{5, "design"},
		{4, "photography"},
		{3, "video"},
		{2, "music"},
		{1, "legal"},
		{1, "health"},
		{5, ""},
	})
}

func (w *world) productTable() table {
	return table{
		name: "Product",
		columns: []string{
			"id", "seller_id", "title", "slug", "status", "category", "model", "price", "currency", "view_count",
			"published_at", "createdAt", "updatedAt",
		},
		rows: func(yield func([]any) bool) {
			for i := range w.products {
				if !yield(w.productRow(w.prompt(i))) {
					return
				}
			}
		},
	}
}

func (w *world) productRow(p prompt) []any {
	var published any
	if p.check.verdict == approved {
		published = w.orNull(p.check.completedAt)
	}
	models := []string{"gpt-5", "llama-4", "midjourney-v7", "stable-diffusion", "gemini"}
	return []any{
		p.id, w.userID(p.seller), fmt.Sprintf("Prompt %d", p.index), fmt.Sprintf("prompt-%d", p.index), w.promptStatus(p),
		orNullText(category(p.index, w.seed)), models[p.index%len(models)], p.price.major(), p.price.currency, p.index % 997,
		published, p.createdAt, p.createdAt,
	}
}
