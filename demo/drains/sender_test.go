package drains

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFailedRequestsAreReported(t *testing.T) {
	var failures []Failure
	s, err := New(Options{URL: "http://localhost:1", Secret: "secret", Failed: func(f Failure) { failures = append(failures, f) }})
	require.NoError(t, err)
	requests := fiveMinutes(APIErrors)
	s.report(requests)
	require.NotEmpty(t, failures)
	require.Len(t, failures, len(with(answered(requests, ""), 500, 503, 504)), "in production, and not those that crashed")
	require.NotEmpty(t, failures[0].User)
	require.Equal(t, "/api/prompts", failures[0].Route)
}
