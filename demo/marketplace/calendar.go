package marketplace

import (
	"sort"
	"time"
)

const (
	day       = 24 * time.Hour
	yearHours = 365 * 24
)

// calendar spreads a year of business over its hours: more every month, less at weekends, most in the evenings of Seoul.
// A share of 0 is the start of the year, 1 is now.
type calendar struct {
	start  time.Time
	before []float64 // share of the year's business before hour i, for i up to and including yearHours
}

func newCalendar(now time.Time) calendar {
	c := calendar{start: now.UTC().Truncate(time.Millisecond).Add(-yearHours * time.Hour), before: make([]float64, yearHours+1)}
	seoul := time.FixedZone("KST", 9*60*60) // no daylight saving there, so the time zone database is not needed
	sum := 0.0
	for i := range yearHours {
		sum += busyness(i, c.start.Add(time.Duration(i)*time.Hour).In(seoul))
		c.before[i+1] = sum
	}
	for i := range c.before {
		c.before[i] /= sum
	}
	return c
}

// busyness is the weight of an hour: three times as much at the end of the year as at its start.
func busyness(hour int, local time.Time) float64 {
	hours := [24]float64{
		6, 4, 2, 1, 1, 1, 2, 4, 6, 8, 9, 9,
		10, 9, 9, 9, 10, 10, 11, 13, 15, 16, 14, 10,
	}
	weight := hours[local.Hour()] * (1 + 2*float64(hour)/yearHours)
	switch local.Weekday() {
	case time.Saturday:
		return weight * 0.7
	case time.Sunday:
		return weight * 0.8
	default:
		return weight
	}
}

// at is the moment by which the share of the year's business is done, in UTC and whole milliseconds.
func (c calendar) at(share float64) time.Time {
	hour := sort.SearchFloat64s(c.before, share) - 1
	hour = min(max(hour, 0), yearHours-1)
	within := (share - c.before[hour]) / (c.before[hour+1] - c.before[hour])
	return c.start.Add(time.Duration((float64(hour) + within) * float64(time.Hour))).Truncate(time.Millisecond)
}

// share is the part of the year's business that is done at a moment; the inverse of at.
func (c calendar) share(t time.Time) float64 {
	hours := t.Sub(c.start).Hours()
	if hours <= 0 {
		return 0
	}
	if hours >= yearHours {
		return 1
	}
	hour := int(hours)
	return c.before[hour] + (hours-float64(hour))*(c.before[hour+1]-c.before[hour])
}

// rehour moves a moment to an hour of the same day that people keep, u of the way through its business. A day that is not over
// stays as it is: its business is not known to the end.
func (c calendar) rehour(t time.Time, u float64) time.Time {
	midnight := t.Truncate(day)
	if midnight.Add(day).After(c.start.Add(yearHours * time.Hour)) {
		return t
	}
	from, to := c.share(midnight), c.share(midnight.Add(day))
	return c.at(from + (to-from)*u)
}
