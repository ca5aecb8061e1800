package analytics

import (
	"github.com/aimarketplace/monitoring/exporter/vercel/batch"
	"github.com/aimarketplace/monitoring/exporter/vercel/loose"
)

// What nobody pays for a prompt in any currency, and what no search of the marketplace finds. A browser may send anything.
const (
	mostPaid  = 1e9
	mostFound = 1e9
)

// properties are those of an event that are needed, in the spellings of the monitoring guide and of the database.
type properties struct{ category, paymentMethod, amount, currency, results loose.Value }

func (p *properties) Field(name []byte) *loose.Value {
	switch string(name) {
	case "category":
		return &p.category
	case "paymentMethod", "payment_method":
		return &p.paymentMethod
	case "amount":
		return &p.amount
	case "currency":
		return &p.currency
	case "resultsCount", "results_count":
		return &p.results
	}
	return nil
}

// readProperties reads eventData, which is an object as a text, or an object. Without any the event still happened.
func (r *reader) readProperties() {
	data := r.members.data
	if data.Kind() != '{' {
		data = r.row.Text(data)
	}
	if len(data) == 0 || string(data) == "null" {
		return
	}
	if !r.row.Object(data, &r.properties) {
		r.row.Reject(batch.BadValue)
	}
}

// number returns a property that is not negative, and whether it is there.
func (r *reader) number(v loose.Value, most float64) (number float64, told bool) {
	number, told = r.row.Number(v)
	if told && (number < 0 || number > most) {
		r.row.Reject(batch.BadValue)
	}
	return number, told
}
