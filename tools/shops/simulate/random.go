package simulate

import (
	"math"
	"math/rand/v2"
)

// random draws numbers that are the same in every run. Copies continue independently.
type random struct{ source rand.PCG }

func newRandom(seed uint64) random { return random{*rand.NewPCG(seed, 1)} }

func (r *random) uniform() float64 { return rand.New(&r.source).Float64() }
func (r *random) normal() float64  { return rand.New(&r.source).NormFloat64() }

// poisson returns the number of events in a time in which mean are expected.
func (r *random) poisson(mean float64) float64 {
	if mean > 50 {
		return max(0, math.Round(mean+math.Sqrt(mean)*r.normal()))
	}
	count := 0.0
	for product := r.uniform(); product > math.Exp(-mean); product *= r.uniform() {
		count++
	}
	return count
}

// split divides a count at random: each of its events is in the first part with the probability.
func (r *random) split(count, probability float64) float64 {
	variance := count * probability * (1 - probability)
	if variance > 25 {
		return min(count, max(0, math.Round(count*probability+math.Sqrt(variance)*r.normal())))
	}
	part := 0.0
	for range int(count) {
		if r.uniform() < probability {
			part++
		}
	}
	return part
}

// lognormal returns the share of a lognormal distribution with the median that is below x. Its 95th
// percentile is twice the median.
func lognormal(x, median float64) float64 {
	const sigma = 0.42
	return 0.5 * math.Erfc(-math.Log(x/median)/(sigma*math.Sqrt2))
}
