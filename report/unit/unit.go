// Package unit formats values for people.
package unit

import (
	"math"
	"strconv"
	"strings"
)

// Unit is the unit of a value.
type Unit string

// The units. Values are in base units.
const (
	Ratio   Unit = "ratio" // 0 to 1
	Seconds Unit = "seconds"
	Bytes   Unit = "bytes"
	Count   Unit = "count"
	Rate    Unit = "per second"
	Factor  Unit = "factor"
	Score   Unit = "score"  // of layout shift
	Amount  Unit = "amount" // in major units of a currency, which a label names
)

// Format returns a value with three significant digits and its unit.
func (u Unit) Format(value float64) string {
	switch {
	case math.IsNaN(value) || math.IsInf(value, 0):
		return "no data"
	case value < 0:
		return "−" + u.Format(-value)
	}
	switch u {
	case Ratio:
		// 99.95 % and 100 % must differ, so the digits are those of the distance from 0 or 1.
		return decimal(100*value, 100*min(value, math.Abs(1-value))) + " %"
	case Seconds:
		return scaled(value, []step{{1e-3, "ms", 0}, {1, "s", 1}, {60, "min", 60}, {3600, "h", 3600}, {86400, "d", 86400}})
	case Bytes:
		return scaled(value, []step{{1, "B", 0}, {1 << 10, "KiB", 1 << 10}, {1 << 20, "MiB", 1 << 20}, {1 << 30, "GiB", 1 << 30}, {1 << 40, "TiB", 1 << 40}})
	case Rate:
		return decimal(value, value) + "/s"
	case Factor:
		return decimal(value, value) + "×"
	case Amount:
		if value < 1000 {
			return decimal(value, 1) // with the minor unit
		}
		return decimal(value, value)
	default:
		return decimal(value, value)
	}
}

// step is a prefix of a unit: size in base units, and the value from which it is used.
type step struct {
	size float64
	name string
	from float64
}

func scaled(value float64, steps []step) string {
	last := steps[0]
	for _, s := range steps {
		if value >= s.from || value == 0 && s.size == 1 {
			last = s
		}
	}
	return decimal(value/last.size, value/last.size) + " " + last.name
}

// decimal returns value with the decimals that give precision three significant digits.
func decimal(value, precision float64) string {
	decimals := 2
	if precision > 0 {
		decimals = min(6, max(0, 2-int(math.Floor(math.Log10(precision)))))
	}
	text := strconv.FormatFloat(value, 'f', decimals, 64)
	whole, fraction, _ := strings.Cut(text, ".")
	var grouped strings.Builder
	for i, digit := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			grouped.WriteByte(',')
		}
		grouped.WriteRune(digit)
	}
	if fraction = strings.TrimRight(fraction, "0"); fraction != "" {
		return grouped.String() + "." + fraction
	}
	return grouped.String()
}
