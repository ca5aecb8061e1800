package intake

import (
	"errors"
	"io"
	"net/http"

	"github.com/aimarketplace/monitoring/exporter/vercel/batch"
)

// take counts what a request delivers unless something speaks against it, the cheapest first: until its signature is
// found to be right, the sender is a stranger.
func (rc *Receiver) take(r *http.Request, drain Drain, signature []byte) (batch.Tally, Form, Reason) {
	if len(signature) == 0 {
		return batch.Tally{}, 0, ReasonSignature
	}
	form, known := formOf(r.Header, drain.Forms())
	if !known {
		return batch.Tally{}, 0, ReasonMediaType
	}
	inGzip, known := gzipped(r.Header)
	if !known {
		return batch.Tally{}, 0, ReasonEncoding
	}
	if r.ContentLength > rc.options.MaxBody {
		return batch.Tally{}, 0, ReasonTooLarge
	}
	space := rc.workspaces.get()
	defer rc.workspaces.put(space)
	received := metered{from: r.Body, held: &rc.held, most: int64(rc.options.MaxRequests) * (rc.options.MaxBody + 1)}
	defer received.release()
	if reason := rc.receive(space, &received); reason != none {
		return batch.Tally{}, 0, reason
	}
	// Only now: strangers who send slowly must not keep others from being taken.
	select {
	case rc.underWay <- struct{}{}:
		defer func() { <-rc.underWay }()
	default:
		return batch.Tally{}, 0, ReasonBusy
	}
	body, reason := rc.open(space, signature, inGzip)
	if reason != none {
		return batch.Tally{}, 0, reason
	}
	tally, err := drain.Take(body, form)
	return tally, form, reasonOf(err)
}

// reasonOf returns why a drain does not take what is signed.
func reasonOf(err error) Reason {
	switch {
	case err == nil:
		return none
	case errors.Is(err, batch.ErrTooMany):
		return ReasonTooManyRows
	default:
		return ReasonMalformed
	}
}

// receive reads the body as it is sent.
func (rc *Receiver) receive(space *workspace, from io.Reader) Reason {
	var err error
	space.received, err = fill(space.received, from, rc.options.MaxBody)
	switch {
	case errors.Is(err, errTooMuchHeld):
		return ReasonBusy
	case err != nil:
		return ReasonRead
	case int64(len(space.received)) > rc.options.MaxBody:
		return ReasonTooLarge
	}
	return none
}

// open returns the body, inflated, if its signature is right: over what was received, or over what that inflates to. Which
// of them Vercel signs is not documented.
func (rc *Receiver) open(space *workspace, signature []byte, inGzip bool) ([]byte, Reason) {
	received := rc.options.Secrets.macs()
	_, _ = received.Write(space.received) // never fails
	signed := received.match(signature)
	switch {
	case !signed && !inGzip:
		return nil, ReasonSignature
	case !inGzip:
		return space.received, none
	case !signed:
		if reason := rc.verifyInflated(space, signature); reason != none {
			return nil, reason
		}
	}
	return rc.inflate(space)
}

// verifyInflated inflates a stranger's body without keeping any of it, and no further than text is ever compressed: what a
// bomb inflates to would be hashed for each secret.
func (rc *Receiver) verifyInflated(space *workspace, signature []byte) Reason {
	const mostCompressed, alwaysAllowed = 100, 1 << 20
	inflated, err := space.inflate()
	if err != nil {
		return ReasonSignature
	}
	limit := min(rc.options.MaxInflated, max(alwaysAllowed, mostCompressed*int64(len(space.received))))
	sums := rc.options.Secrets.macs()
	size, err := io.Copy(sums, io.LimitReader(inflated, limit+1))
	if size > limit {
		return ReasonTooLargeInflated
	}
	if err != nil || !sums.match(signature) {
		return ReasonSignature
	}
	return none
}

// inflate returns what the received bytes inflate to.
func (rc *Receiver) inflate(space *workspace) ([]byte, Reason) {
	inflated, err := space.inflate()
	if err != nil {
		return nil, ReasonMalformed
	}
	space.inflated, err = fill(space.inflated, inflated, rc.options.MaxInflated)
	if err != nil {
		return nil, ReasonMalformed
	}
	if int64(len(space.inflated)) > rc.options.MaxInflated {
		return nil, ReasonTooLargeInflated
	}
	return space.inflated, none
}
