package source

import (
	"context"
	"errors"
	"fmt"
)

// Reason classifies a failure. It becomes a label, so it comes from a bounded set and never holds an error's text:
// texts can carry addresses and secrets, and make one series for each.
type Reason string

// The reasons that every source shares. A source may add its own, as constants.
const (
	ReasonTimeout          Reason = "timeout"           // the deadline passed before the source had answered
	ReasonUnreachable      Reason = "unreachable"       // no connection: refused, no route, name not found, closed
	ReasonAuthentication   Reason = "authentication"    // the other side does not accept who we are
	ReasonPermissionDenied Reason = "permission_denied" // it knows us, but does not let us read this
	ReasonUnsupported      Reason = "unsupported"       // it has no such thing: an extension or a version is missing
	ReasonLocked           Reason = "locked"            // somebody holds a lock longer than we are willing to wait
	ReasonInvalid          Reason = "invalid"           // the answer, or what we were configured with, makes no sense
	ReasonDuplicate        Reason = "duplicate"         // the same series came twice: a defect of the source
	ReasonInternal         Reason = "internal"          // none of the above
)

// Error is an error that knows its reason and, where only a part of a source is concerned, which part.
type Error struct {
	Part   string // empty where the source as a whole failed
	Reason Reason
	Err    error
}

// Failed marks err as the failure of a whole source.
func Failed(reason Reason, err error) error { return &Error{Reason: reason, Err: err} }

// PartFailed marks err as the failure of one part of a source; the other parts are served. A part is named by the
// source and comes from a bounded set, since it becomes a label.
func PartFailed(part string, reason Reason, err error) error {
	return &Error{Part: part, Reason: reason, Err: err}
}

func (e *Error) Error() string {
	if e.Part == "" {
		return e.Err.Error()
	}
	return fmt.Sprintf("%s: %v", e.Part, e.Err)
}

func (e *Error) Unwrap() error { return e.Err }

// Failures takes apart what Collect returned, joined errors included. An error that is no [Error] counts as one of
// the whole source. It returns nil for nil.
func Failures(err error) []*Error {
	if err == nil {
		return nil
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []*Error
		for _, e := range joined.Unwrap() {
			all = append(all, Failures(e)...)
		}
		return all
	}
	if failure, ok := errors.AsType[*Error](err); ok {
		return []*Error{failure}
	}
	return []*Error{{Reason: reasonOf(err), Err: err}}
}

func reasonOf(err error) Reason {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return ReasonTimeout
	}
	return ReasonInternal
}
