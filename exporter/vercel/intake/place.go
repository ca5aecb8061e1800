package intake

import (
	"fmt"
	"runtime"
	"strings"
)

// place returns the functions that led to a panic, the innermost first. Unlike a stack trace it has no arguments, which
// could be of a request.
func place() string {
	const deepest = 24
	counters := make([]uintptr, deepest)
	frames := runtime.CallersFrames(counters[:runtime.Callers(1, counters)])
	var at []string
	for more := true; more; {
		var frame runtime.Frame
		frame, more = frames.Next()
		at = append(at, fmt.Sprintf("%s:%d", frame.Function, frame.Line))
	}
	return strings.Join(at, " < ")
}
