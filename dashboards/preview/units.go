package main

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// scale is a unit's name for multiples of its base.
type scale struct {
	from float64
	name string
}

// formatValue is a value for people, in a unit by Grafana's name.
func formatValue(value float64, unit string) string {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return strconv.FormatFloat(value, 'g', -1, 64)
	}
	if value < 0 {
		return "-" + formatValue(-value, unit)
	}
	switch unit {
	case "none":
		return digits(value)
	case "percentunit":
		return digits(value*100) + "%"
	case "s":
		return scaled(value, seconds())
	case "dtdurations":
		return duration(value)
	case "bytes":
		return scaled(value, binary())
	case "Bps":
		return scaled(value, []scale{{1, " B/s"}, {1e3, " kB/s"}, {1e6, " MB/s"}, {1e9, " GB/s"}})
	}
	if after, ok := strings.CutPrefix(unit, "currency"); ok {
		return currencySign(after) + scaled(value, thousands(""))
	}
	return scaled(value, thousands(perSecond(unit)))
}

func seconds() []scale {
	return []scale{
		{1e-6, " µs"}, {1e-3, " ms"}, {1, " s"}, {60, " mins"}, {3600, " hours"}, {86400, " days"}, {7 * 86400, " weeks"},
	}
}

func binary() []scale {
	return []scale{{1, " B"}, {1 << 10, " KiB"}, {1 << 20, " MiB"}, {1 << 30, " GiB"}, {1 << 40, " TiB"}}
}

func thousands(suffix string) []scale {
	return []scale{{1, suffix}, {1e3, " K" + suffix}, {1e6, " Mil" + suffix}, {1e9, " Bil" + suffix}}
}

func perSecond(unit string) string {
	switch unit {
	case "ops":
		return " ops/s"
	case "reqps":
		return " req/s"
	case "rps":
		return " reads/s"
	case "wps":
		return " writes/s"
	case "cps":
		return " c/s"
	default:
		return ""
	}
}

func currencySign(code string) string {
	switch code {
	case "EUR":
		return "€"
	case "JPY":
		return "¥"
	case "KRW":
		return "₩"
	case "USD":
		return "$"
	default:
		return code + " "
	}
}

// scaled is a value in the largest of the scales that leaves something before the point.
func scaled(value float64, scales []scale) string {
	chosen := scales[0]
	for _, s := range scales {
		if s.from == 1 && value == 0 || value > 0 && value >= s.from {
			chosen = s
		}
	}
	return digits(value/chosen.from) + chosen.name
}

// digits is a number with three digits that count, or all of those before the point.
func digits(value float64) string {
	if value >= 1000 {
		return strconv.FormatFloat(value, 'f', 0, 64)
	}
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(value, 'g', 3, 64), 64)
	if err != nil {
		rounded = value
	}
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}

// duration is a time's two largest parts, such as 1h 5m.
func duration(value float64) string {
	whole := time.Duration(value) * time.Second
	const day = 24 * time.Hour
	switch {
	case whole >= day:
		return strconv.Itoa(int(whole/day)) + "d " + strconv.Itoa(int(whole%day/time.Hour)) + "h"
	case whole >= time.Hour:
		return strconv.Itoa(int(whole/time.Hour)) + "h " + strconv.Itoa(int(whole%time.Hour/time.Minute)) + "m"
	default:
		return whole.String()
	}
}
