package stripe

import (
	"slices"
	"strings"
	"sync"

	"github.com/aimarketplace/monitoring/exporter/metric"
)

// decimals returns the number of decimals of Stripe's amounts in a currency. See "Zero-decimal
// currencies" and "Three-decimal currencies" in Stripe's documentation.
func decimals(currency string) int {
	switch strings.ToUpper(currency) {
	case "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF":
		return 0
	case "BHD", "JOD", "KWD", "OMR", "TND":
		return 3
	}
	return 2
}

// major converts an amount in the smallest unit of a currency to its major unit.
func major(amount int64, currency string) float64 {
	return float64(amount) / [...]float64{1, 10, 100, 1000}[decimals(currency)]
}

// maxCurrencies limits the values of the label currency; further ones become other.
const maxCurrencies = 20

// currencies are the values of the label currency: those seen so far, up to a limit. It is safe for
// concurrent use.
type currencies struct {
	mu    sync.Mutex
	known []string
}

// label returns the ISO code in capitals, as the KPIs have it.
func (c *currencies) label(currency string) string {
	currency = strings.ToUpper(currency)
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case slices.Contains(c.known, currency):
		return currency
	case len(currency) != 3 || strings.Trim(currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" || len(c.known) >= maxCurrencies:
		return metric.Other
	}
	c.known = append(c.known, currency)
	return currency
}
