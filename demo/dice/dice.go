// Package dice makes the random choices of the demo's traffic. The same seeds give the same
// choices.
package dice

import (
	"encoding/binary"
	"encoding/hex"
	"math"
	"math/rand/v2"
	"time"
)

// Dice is a source of random choices for one goroutine.
type Dice struct{ *rand.Rand }

// New returns the dice of two seeds.
func New(seed, stream uint64) Dice { return Dice{rand.New(rand.NewPCG(seed, stream))} }

// Chance returns true with the given probability.
func (d Dice) Chance(probability float64) bool { return d.Float64() < probability }

// After returns an exponential waiting time, as between independent events.
func (d Dice) After(mean time.Duration) time.Duration {
	return time.Duration(d.ExpFloat64() * float64(mean))
}

// Around returns a log-normal value, as response times are: 1 % are above exp(2.33 spread) medians.
func (d Dice) Around(median, spread float64) float64 {
	return median * math.Exp(spread*d.NormFloat64())
}

// Hex returns an identifier of n bytes.
func (d Dice) Hex(n int) string {
	var id []byte
	for len(id) < n {
		id = binary.BigEndian.AppendUint64(id, d.Uint64())
	}
	return hex.EncodeToString(id[:n])
}

// OneOf returns one of the values, each as likely as the others.
func (d Dice) OneOf(values ...string) string { return values[d.IntN(len(values))] }

// Choice is a value with its weight among others.
type Choice[T any] struct {
	Weight int
	Value  T
}

// Pick returns a value by weight.
func Pick[T any](d Dice, choices []Choice[T]) T {
	total := 0
	for _, c := range choices {
		total += c.Weight
	}
	at := d.IntN(total)
	for _, c := range choices {
		if at -= c.Weight; at < 0 {
			return c.Value
		}
	}
	return choices[0].Value
}
