package marketplace

// money is counted in minor units (won, cents), so that sums and shares are exact; the database holds major units.
type money struct {
	minor    int64
	currency string
}

// major is the amount as the marketplace stores it: 4900 KRW, 12.5 USD.
func (m money) major() float64 { return majorUnits(m.minor, m.currency) }

func majorUnits(minor int64, currency string) float64 {
	if currency == "KRW" {
		return float64(minor)
	}
	return float64(minor) / 100
}

// percent is a share of the money, rounded down to a minor unit.
func (m money) percent(p int64) money { return money{minor: m.minor * p / 100, currency: m.currency} }

func (m money) minus(other money) money {
	return money{minor: m.minor - other.minor, currency: m.currency}
}

// provider is who takes payments in a currency.
func provider(currency string) string {
	if currency == "KRW" {
		return "toss"
	}
	return "stripe"
}
