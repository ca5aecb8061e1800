// Package failure classifies errors for metrics. A failure has a reason from a bounded set and, if
// only a part of a source failed, the name of that part.
package failure

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
)

// Reason classifies a failure. It becomes a label value, so it comes from a bounded set and never
// contains an error's text: texts may hold addresses and secrets, and would create a series each.
type Reason string

// The reasons that all sources share. A source may add its own, as constants.
const (
	Timeout          Reason = "timeout"           // the deadline passed before the source responded
	Unreachable      Reason = "unreachable"       // no connection: refused, no route, name not found, closed
	Authentication   Reason = "authentication"    // the credentials were rejected
	PermissionDenied Reason = "permission_denied" // authenticated, but not allowed to read this
	Unsupported      Reason = "unsupported"       // an extension or a version is missing
	Locked           Reason = "locked"            // a lock was held for longer than the lock timeout
	Invalid          Reason = "invalid"           // the response or the configuration is invalid
	Duplicate        Reason = "duplicate"         // the same series was collected twice: a bug in the source
	Internal         Reason = "internal"          // none of the above
)

// Error is an error with a reason and, where only a part of a source failed, the name of the part.
type Error struct {
	Part   string // empty if the whole source failed
	Reason Reason
	Err    error
}

// New marks err as the failure of a whole source.
func New(reason Reason, err error) error { return &Error{Reason: reason, Err: err} }

// OfPart marks err as the failure of one part of a source; the other parts are still served. The
// part becomes a label value, so it comes from a bounded set.
func OfPart(part string, reason Reason, err error) error {
	return &Error{Part: part, Reason: reason, Err: err}
}

func (e *Error) Error() string {
	if e.Part == "" {
		return e.Err.Error()
	}
	return fmt.Sprintf("%s: %v", e.Part, e.Err)
}

func (e *Error) Unwrap() error { return e.Err }

// All returns the failures in err, joined errors included. An error that is not an [Error] counts
// as a failure of the whole source. All returns nil for nil.
func All(err error) []*Error {
	if err == nil {
		return nil
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []*Error
		for _, e := range joined.Unwrap() {
			all = append(all, All(e)...)
		}
		return all
	}
	if failure, ok := errors.AsType[*Error](err); ok {
		return []*Error{failure}
	}
	reason := Internal
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		reason = Timeout
	}
	return []*Error{{Reason: reason, Err: err}}
}

// Recover turns a panic of the calling function into an error and joins it to the error that err
// points to. The error names the function and the line that panicked; part is
// empty if the whole source failed. The caller defers Recover.
func Recover(part string, err *error) {
	if cause := recover(); cause != nil {
		panicked := OfPart(part, Internal, fmt.Errorf("panicking in %s: %v", PanicLocation(), cause))
		*err = errors.Join(*err, panicked)
	}
}

// PanicLocation returns the innermost function outside the runtime that is panicking, as
// "kpi.(*Source).Collect (source.go:98)". It is called by a deferred function.
func PanicLocation() string {
	callers := make([]uintptr, 64)
	frames := runtime.CallersFrames(callers[:runtime.Callers(0, callers)])
	panicking := false
	for {
		frame, more := frames.Next()
		inRuntime := strings.HasPrefix(frame.Function, "runtime.")
		if panicking && !inRuntime {
			return fmt.Sprintf("%s (%s:%d)", filepath.Base(frame.Function), filepath.Base(frame.File), frame.Line)
		}
		panicking = panicking || frame.Function == "runtime.gopanic"
		if !more {
			return "an unknown function"
		}
	}
}
