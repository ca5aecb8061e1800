package drains

import (
	"encoding/json"
	"math"

	"github.com/aimarketplace/monitoring/demo/dice"
)

// event is a custom event of Web Analytics.
type event struct {
	name string
	data properties
}

// properties are strings, numbers and booleans.
type properties map[string]any

// MarshalText encodes the properties as JSON in a string, as rows of Web Analytics have them.
func (p properties) MarshalText() ([]byte, error) { return json.Marshal(map[string]any(p)) }

// randomEvent returns the event of a successful request, nil for most requests.
func (e endpoint) randomEvent(d dice.Dice) *event {
	switch {
	case e.route == chargeRoute:
		method := "stripe"
		if e.currency == "KRW" {
			method = d.OneOf("toss", "card", "card", "easy_pay", "transfer")
		}
		return &event{"purchase_completed", properties{"amount": price(d, e.currency), "currency": e.currency, "paymentMethod": method}}
	case e.route == uploadRoute:
		category := d.OneOf("ai-art", "chatgpt", "midjourney", "coding", "marketing", "writing", "astrology")
		return &event{"prompt_uploaded", properties{"category": category, "price": price(d, "KRW")}}
	case e.route == promptsRoute && d.Chance(0.3):
		return &event{"search_performed", properties{"query": "chatgpt prompts", "resultsCount": results(d)}}
	case e.route == profileRoute && d.Chance(0.02):
		return &event{"theme_changed", properties{"dark": true}} // not in the list of allowed events
	}
	return nil
}

// price returns an amount in major units.
func price(d dice.Dice, currency string) float64 {
	steps := math.Floor(min(d.ExpFloat64()*8, 97))
	if currency == "KRW" {
		return 1900 + 1000*steps
	}
	return 1.99 + steps/2
}

// results returns the number of prompts that a search finds: none for one search in twelve.
func results(d dice.Dice) int {
	if d.Chance(1.0 / 12) {
		return 0
	}
	return 1 + int(d.Around(12, 1))
}
