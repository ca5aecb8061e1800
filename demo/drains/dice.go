package drains

import (
	"encoding/binary"
	"encoding/hex"
	"math"
	"math/rand/v2"
	"time"
)

// dice are the random choices of one span of time, the same at every throw for it.
type dice struct{ *rand.Rand }

func throw(seed uint64, at time.Time) dice {
	return dice{rand.New(rand.NewPCG(seed, uint64(at.UnixNano())))}
}

func (d dice) chance(probability float64) bool { return d.Float64() < probability }

// around is a time that differs from the median as response times do, which is log-normally: of a hundred, one takes
// longer than exp(2.33 spread) medians.
func (d dice) around(median time.Duration, spread float64) time.Duration {
	return time.Duration(float64(median) * math.Exp(spread*d.NormFloat64()))
}

// near is around for what is no time.
func (d dice) near(median, spread float64) float64 { return median * math.Exp(spread*d.NormFloat64()) }

// hex is an identifier of so many bytes.
func (d dice) hex(bytes int) string {
	var id []byte
	for len(id) < bytes {
		id = binary.BigEndian.AppendUint64(id, d.Uint64())
	}
	return hex.EncodeToString(id[:bytes])
}

func (d dice) oneOf(values ...string) string { return values[d.IntN(len(values))] }

// choice is a value with its weight among others.
type choice[T any] struct {
	weight int
	value  T
}

func pick[T any](d dice, choices []choice[T]) T {
	total := 0
	for _, c := range choices {
		total += c.weight
	}
	at := d.IntN(total)
	for _, c := range choices {
		if at -= c.weight; at < 0 {
			return c.value
		}
	}
	return choices[0].value
}
