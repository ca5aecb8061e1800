package logs

import (
	"bytes"
	"strconv"
	"time"

	"github.com/aimarketplace/monitoring/exporter/vercel/allow"
)

// kindOf distinguishes lines of the platform from text of the application.
func kindOf(line []byte) lineKind {
	for _, prefix := range []string{"START RequestId: ", "END RequestId: ", "SAMPLE MESSAGE: "} {
		if bytes.HasPrefix(line, []byte(prefix)) {
			return platformLine
		}
	}
	if bytes.HasPrefix(line, []byte("REPORT RequestId: ")) {
		return reportLine
	}
	if isInvocation(line) {
		return platformLine
	}
	return textLine
}

// isInvocation reports whether a line looks like [GET] [middleware: "middleware"] / status=200. An
// application may print [ERROR] … status=502.
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

func isMethod(name string) bool { return name != allow.Other && allow.Method(name) == name }

// reportDuration parses a line such as REPORT RequestId: 6f7e… Duration: 116 ms Billed Duration:
// 117 ms. Its parts are separated by blanks, tabs, or a backslash and a t. The duration excludes
// the cold start.
func reportDuration(line []byte) (d time.Duration, ok bool) {
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
	return durationIn(milliseconds, time.Millisecond)
}
