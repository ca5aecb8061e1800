package main

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOnlyStatus200IsHealthy(t *testing.T) {
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
	require.NoError(t, run([]string{server.URL}))
	status = http.StatusServiceUnavailable
	require.ErrorContains(t, run([]string{server.URL}), "503")
	server.Close()
	require.ErrorContains(t, run([]string{server.URL}), "refused")
	require.ErrorContains(t, run(nil), "usage")
}
