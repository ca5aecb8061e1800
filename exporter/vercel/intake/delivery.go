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
	select {
	case rc.underWay <- struct{}{}:
		defer func() { <-rc.underWay }()
	default:
		return batch.Tally{}, 0, ReasonBusy
	}
	space := rc.workspaces.get()
	defer rc.workspaces.put(space)
	body, reason := rc.read(space, r.Body, signature, inGzip)
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

// read returns the body, inflated, if its signature is right: over what was received, or over what that inflates to.
// Which of them Vercel signs is not documented.
func (rc *Receiver) read(space *workspace, from io.Reader, signature []byte, inGzip bool) ([]byte, Reason) {
	var err error
	space.received, err = fill(space.received, from, rc.options.MaxBody)
	if err != nil {
		return nil, ReasonRead
	}
	if int64(len(space.received)) > rc.options.MaxBody {
		return nil, ReasonTooLarge
	}
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

// verifyInflated inflates a stranger's body without keeping any of it.
func (rc *Receiver) verifyInflated(space *workspace, signature []byte) Reason {
	inflated, err := space.inflate()
	if err != nil {
		return ReasonSignature
	}
	sums := rc.options.Secrets.macs()
	size, err := io.Copy(sums, io.LimitReader(inflated, rc.options.MaxInflated+1))
	if size > rc.options.MaxInflated {
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
