package failure

import (
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
)

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
