package browser

import "github.com/aimarketplace/monitoring/exporter/vercel/row"

// maxQuantity is above every real amount, in any currency, and every number of search results.
// Browsers can send any number.
const maxQuantity = 1e9

// properties are the properties of an event, in the spelling of the monitoring guide or of the
// database.
type properties struct{ category, paymentMethod, amount, currency, results row.Value }

// Field implements row.Fields.
func (p *properties) Field(name []byte) *row.Value {
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

// readProperties decodes eventData, which is an object or the text of an object. An event without
// properties is valid.
func (r *actionReader) readProperties() {
	data := r.members.data
	if data.Kind() != '{' {
		data = r.Text(data)
	}
	if len(data) == 0 || string(data) == "null" {
		return
	}
	if !r.Object(data, &r.properties) {
		r.Reject(row.BadValue)
	}
}

// quantity returns a number that is not negative, and whether it is present.
func (r *actionReader) quantity(v row.Value) (number float64, present bool) {
	number, present = r.Number(v)
	if present && (number < 0 || number > maxQuantity) {
		r.Reject(row.BadValue)
	}
	return number, present
}
