package marketplace

import (
	"math/rand/v2"
	"time"
)

// subject says what a random number is about. The order is part of the seed's meaning: append only.
type subject uint64

const (
	subjectUser subject = iota + 1
	subjectSession
	subjectAccount
	subjectProduct
	subjectFile
	subjectVerification
	subjectOrder
	subjectPayment
	subjectRefund
	subjectSettlement
	subjectSubscription
	subjectReview
	subjectEmail
	subjectNotification
	subjectWishlist
	subjectTicket
	subjectTag
	subjectPlan
	subjectVersion
	subjectWebhook
	subjectCoupon
	subjectMigration
	subjectTraffic
)

// dice are the random choices of one row, the same at every throw of the same row.
type dice struct{ *rand.Rand }

func throw(seed uint64, about subject, index int) dice {
	return dice{rand.New(rand.NewPCG(seed, key(about, index)))}
}

// key is one number for a row of a subject; mixed, because neighbouring seeds of a PCG start alike.
func key(about subject, index int) uint64 { return mix(uint64(about)<<48 ^ uint64(index)) } //nolint:gosec // only its bits matter

// mix is the finalizer of SplitMix64: a bijection, so that different rows never share a key.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

func (d dice) chance(probability float64) bool { return d.Float64() < probability }

// after is a waiting time with the given mean, as between independent events.
func (d dice) after(mean time.Duration) time.Duration {
	return time.Duration(d.ExpFloat64() * float64(mean)).Round(time.Millisecond)
}

// between is a time span from low up to high.
func (d dice) between(low, high time.Duration) time.Duration {
	return (low + time.Duration(d.Float64()*float64(high-low))).Round(time.Millisecond)
}

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

func oneOf(d dice, values ...string) string { return values[d.IntN(len(values))] }
