package drains

import (
	"net/http"
	"slices"
	"time"

	"github.com/aimarketplace/monitoring/demo/dice"
)

// Vercel's identifiers of the website.
const (
	host        = "aimarketplace.com"
	origin      = "https://" + host
	previewHost = "marketplace-git-preview.vercel.app"
	project     = "prj_marketplace"
	owner       = "team_marketplace"
	deployment  = "dpl_marketplace"
	region      = "icn1"

	production = "production"
	preview    = "preview"
)

func hostOf(environment string) string {
	if environment == preview {
		return previewHost
	}
	return host
}

// website produces requests.
type website struct {
	seed      uint64
	rate      float64 // requests a second
	endpoints []dice.Choice[endpoint]
}

func newWebsite(seed uint64, rate float64) website {
	return website{seed: seed, rate: rate, endpoints: endpoints()}
}

// between returns the requests that ended in a time span, in order, with the given faults.
func (w website) between(from, to time.Time, faults Fault) []request {
	d := dice.New(w.seed, uint64(to.UnixNano()))
	span := to.Sub(from)
	var requests []request
	add := func(rate float64, next func() endpoint) {
		// The fraction is rounded at random: half a request a second is one request every other
		// second.
		for range int(rate*span.Seconds() + d.Float64()) {
			ended := from.Add(time.Duration(d.Float64() * float64(span)))
			requests = append(requests, next().request(d, faults, ended))
		}
	}
	add(w.rate, func() endpoint { return dice.Pick(d, w.endpoints) })
	if faults.has(LoginsRejected) {
		const bots = 0.3 // of the usual rate
		add(bots*w.rate, w.stolenPassword)
	}
	slices.SortFunc(requests, func(a, b request) int { return a.ended().Compare(b.ended()) })
	return requests
}

// stolenPassword returns the login endpoint as a bot with passwords from another website sees it.
func (w website) stolenPassword() endpoint {
	i := slices.IndexFunc(w.endpoints, func(c dice.Choice[endpoint]) bool { return c.Value.route == loginRoute })
	login := w.endpoints[i].Value
	login.failures = []failure{{9_900, http.StatusUnauthorized}}
	return login
}
