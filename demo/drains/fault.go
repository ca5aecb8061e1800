package drains

import (
	"net/http"

	"github.com/aimarketplace/monitoring/demo/dice"
)

// Fault is a set of failures of the website.
type Fault uint32

// The faults. Any of them can be active at the same time.
const (
	SlowAPI          Fault = 1 << iota // the application takes twelve times as long
	APIErrors                          // one search in six fails, and many of those crash
	LoginBroken                        // nine of ten logins fail with any password
	LoginsRejected                     // bots try stolen passwords
	ValidationErrors                   // half of the searches and most uploads are invalid
)

func (f Fault) has(fault Fault) bool { return f&fault != 0 }

// crashed is the status of a function that ended without a response.
const crashed = -1

// apply changes the status and the duration of a request.
func (f Fault) apply(d dice.Dice, r *request) {
	const slowdown = 12 // each endpoint misses its own target, and all of them together the guide's
	if f.has(SlowAPI) {
		r.took *= slowdown
	}
	switch {
	case f.has(LoginBroken) && r.route == loginRoute && d.Chance(0.9):
		r.status = http.StatusInternalServerError
	case f.has(APIErrors) && r.route == promptsRoute && d.Chance(1.0/6):
		r.status = dice.Pick(d, []dice.Choice[int]{
			{Weight: 45, Value: http.StatusInternalServerError},
			{Weight: 10, Value: http.StatusServiceUnavailable},
			{Weight: 5, Value: http.StatusGatewayTimeout},
			{Weight: 40, Value: crashed}, // 2 % of all requests to functions
		})
	case f.has(ValidationErrors) && (r.route == promptsRoute && d.Chance(0.5) || r.route == uploadRoute && d.Chance(0.7)):
		r.status = http.StatusUnprocessableEntity
	}
}
