package drains

import (
	"net/http"
	"slices"
	"time"
)

// world is where everything happens.
type world struct {
	seed      uint64
	rate      float64 // requests a second
	endpoints []choice[endpoint]
}

func newWorld(seed uint64, rate float64) world {
	return world{seed: seed, rate: rate, endpoints: endpoints()}
}

// between are the requests that ended in a span of time, in their order, while something was broken.
func (w world) between(from, to time.Time, broken Fault) []request {
	d := throw(w.seed, to)
	span := to.Sub(from)
	var requests []request
	add := func(rate float64, e func() endpoint) {
		// Rounded by chance, so that of half a request a second one comes every other second.
		for range int(rate*span.Seconds() + d.Float64()) {
			ended := from.Add(time.Duration(d.Float64() * float64(span)))
			requests = append(requests, e().happen(d, broken, ended))
		}
	}
	add(w.rate, func() endpoint { return pick(d, w.endpoints) })
	if broken.has(LoginsRefused) {
		const robots = 0.3 // of the usual rate
		add(robots*w.rate, w.stolenPassword)
	}
	slices.SortFunc(requests, func(a, b request) int { return a.ended().Compare(b.ended()) })
	return requests
}

// stolenPassword is the login when a robot tries passwords that belong elsewhere.
func (w world) stolenPassword() endpoint {
	for _, c := range w.endpoints {
		if c.value.route == loginRoute {
			robbed := c.value
			robbed.refusals = []choice[int]{{9_900, http.StatusUnauthorized}}
			return robbed
		}
	}
	return w.endpoints[0].value
}
