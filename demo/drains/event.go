package drains

import (
	"encoding/json"
	"math"
)

// event is what the website tells Web Analytics of by name.
type event struct {
	name string
	data properties
}

// properties are strings, numbers and booleans.
type properties map[string]any

// MarshalText makes of the properties a text in a row of Web Analytics.
func (p properties) MarshalText() ([]byte, error) { return json.Marshal(map[string]any(p)) }

// event is what a request that went well brings about, nil for most.
func (e endpoint) event(d dice) *event {
	switch {
	case e.route == chargeRoute:
		return e.purchase(d)
	case e.route == uploadRoute:
		category := d.oneOf("ai-art", "chatgpt", "midjourney", "coding", "marketing", "writing", "astrology")
		return &event{"prompt_uploaded", properties{"category": category, "price": price(d, "KRW")}}
	case e.route == promptsRoute && d.chance(0.3):
		return &event{"search_performed", properties{"query": "chatgpt prompts", "resultsCount": results(d)}}
	case e.route == profileRoute && d.chance(0.02):
		return &event{"theme_changed", properties{"dark": true}} // on nobody's list
	}
	return nil
}

func (e endpoint) purchase(d dice) *event {
	method := "stripe"
	if e.currency == "KRW" {
		method = d.oneOf("toss", "card", "card", "easy_pay", "transfer")
	}
	return &event{"purchase_completed", properties{
		"amount": price(d, e.currency), "currency": e.currency, "paymentMethod": method,
	}}
}

// price is in major units.
func price(d dice, currency string) float64 {
	cheap := math.Floor(min(d.ExpFloat64()*8, 97))
	if currency == "KRW" {
		return 1900 + 1000*cheap
	}
	return 1.99 + cheap/2
}

// results is how many prompts a search finds: nothing, one time in twelve.
func results(d dice) int {
	if d.chance(1.0 / 12) {
		return 0
	}
	return 1 + int(d.near(12, 1))
}
