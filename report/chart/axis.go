package chart

import (
	"math"
	"time"
)

// valueTicks returns round values that cover a range, at most six.
func valueTicks(low, high float64) []float64 {
	if high <= low {
		high = low + math.Max(1, math.Abs(low)/10)
	}
	const most = 5
	distance := niceDistance((high - low) / most)
	first := math.Floor(low/distance + 1e-9)
	var ticks []float64
	for i := first; i*distance < high+distance*(1-1e-9); i++ {
		ticks = append(ticks, i*distance)
	}
	return ticks
}

// niceDistance returns the next larger of 1, 2 and 5 times a power of ten.
func niceDistance(distance float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(distance)))
	for _, factor := range []float64{1, 2, 5} {
		if factor*power >= distance*(1-1e-9) {
			return factor * power
		}
	}
	return 10 * power
}

// timeTicks returns round local times within a range, and the layout that they need.
func timeTicks(from, to time.Time, location *time.Location) (ticks []time.Time, layout string) {
	const most = 8
	span := to.Sub(from)
	days := int(math.Ceil(span.Hours() / 24 / most))
	if span > most/2*24*time.Hour {
		local := from.In(location)
		for day := local.Day(); ; day += days {
			tick := time.Date(local.Year(), local.Month(), day, 0, 0, 0, 0, location)
			if tick.After(to) {
				return ticks, "Jan 2"
			}
			if !tick.Before(from) {
				ticks = append(ticks, tick)
			}
		}
	}
	distance := span
	for _, d := range []time.Duration{
		time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute,
		time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour,
	} {
		if span/d <= most {
			distance = d
			break
		}
	}
	local := from.In(location)
	for tick := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, location); !tick.After(to); tick = tick.Add(distance) {
		if !tick.Before(from) {
			ticks = append(ticks, tick)
		}
	}
	if span > 24*time.Hour {
		return ticks, "Jan 2 15:04"
	}
	return ticks, "15:04"
}
