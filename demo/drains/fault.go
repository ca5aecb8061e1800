package drains

import (
	"net/http"
	"sync/atomic"
)

// Fault is a way in which the website fails.
type Fault uint32

// The faults that there are. Any of them can be on at the same time.
const (
	SlowAPI          Fault = 1 << iota // the application takes twelve times as long
	APIErrors                          // every sixth search fails, and some of those crash
	LoginBroken                        // nine of ten logins fail, whatever the password
	LoginsRefused                      // somebody tries stolen passwords
	ValidationErrors                   // half of the searches and most uploads are refused as invalid
)

// faults are those that are on. It is safe for concurrent use.
type faults struct{ set atomic.Uint32 }

func (f *faults) begin(fault Fault) { f.set.Or(uint32(fault)) }

func (f *faults) end(fault Fault) { f.set.And(^uint32(fault)) }

func (f *faults) now() Fault { return Fault(f.set.Load()) }

func (f Fault) has(fault Fault) bool { return f&fault != 0 }

// slowness makes each endpoint miss its own target, and all of them together those of the guide.
const slowness = 12

// crashed is the status of a function that ended without an answer.
const crashed = -1

// afflict changes the answer of an endpoint, and may change how long it took.
func (f Fault) afflict(d dice, r *request) {
	if f.has(SlowAPI) {
		r.took *= slowness
	}
	switch {
	case f.has(LoginBroken) && r.route == loginRoute && d.chance(0.9):
		r.status = http.StatusInternalServerError
	case f.has(APIErrors) && r.route == promptsRoute && d.chance(1.0/6):
		r.status = pick(d, []choice[int]{
			{70, http.StatusInternalServerError}, {20, http.StatusServiceUnavailable}, {8, http.StatusGatewayTimeout}, {2, crashed},
		})
	case f.has(ValidationErrors) && r.route == promptsRoute && d.chance(0.5):
		r.status = http.StatusUnprocessableEntity
	case f.has(ValidationErrors) && r.route == uploadRoute && d.chance(0.7):
		r.status = http.StatusUnprocessableEntity
	}
}
