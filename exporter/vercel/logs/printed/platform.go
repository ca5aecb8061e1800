package printed

import (
	"bytes"
	"strconv"
	"time"

	"github.com/aimarketplace/monitoring/exporter/vercel/bound"
)

// kindOf tells the lines of the platform from what an application prints.
func kindOf(line []byte) Kind {
	for _, begin := range []string{"START RequestId: ", "END RequestId: ", "SAMPLE MESSAGE: "} {
		if bytes.HasPrefix(line, []byte(begin)) {
			return Platform
		}
	}
	if bytes.HasPrefix(line, []byte("REPORT RequestId: ")) {
		return Report
	}
	if isInvocation(line) {
		return Platform
	}
	return Text
}

// isInvocation tells whether a line is such as [GET] [middleware: "middleware"] / status=200. An application may well print
// [ERROR] … status=502.
func isInvocation(line []byte) bool {
	method, rest, found := bytes.Cut(line, []byte("] "))
	if !found || len(method) == 0 || method[0] != '[' || !isMethod(string(method[1:])) {
		return false
	}
	i := bytes.LastIndex(rest, []byte(" status="))
	if i < 0 {
		return false
	}
	_, err := strconv.Atoi(string(rest[i+len(" status="):]))
	return err == nil
}

func isMethod(name string) bool { return name != bound.Other && bound.Method(name) == name }

// reported finds the duration of a line such as REPORT RequestId: 6f7e… Duration: 116 ms Billed Duration: 117 ms. Between
// its parts are blanks or tabs, or a backslash and a t. Time that a cold start took before that is not in it.
func reported(line []byte) (took time.Duration, ok bool) {
	before, after, found := bytes.Cut(line, []byte("Duration: "))
	if !found || bytes.HasSuffix(before, []byte("Billed ")) || bytes.HasSuffix(before, []byte("Init ")) {
		return 0, false
	}
	number, _, found := bytes.Cut(after, []byte(" ms"))
	if !found {
		return 0, false
	}
	milliseconds, err := strconv.ParseFloat(string(number), 64)
	if err != nil {
		return 0, false
	}
	return within(milliseconds, time.Millisecond)
}
