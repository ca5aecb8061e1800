// Package httpjson sends and receives JSON over HTTP for the services of the demo.
package httpjson

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

// Reply responds with a body as JSON.
func Reply(w http.ResponseWriter, code int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(body) // the client may be gone
}

// Post posts a body with headers and fails unless the receiver responds with 2xx.
func Post(ctx context.Context, client *http.Client, url string, header http.Header, body []byte) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("posting a webhook: %w", err)
	}
	request.Header = header
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("posting a webhook: %w", err)
	}
	_ = response.Body.Close() // only the status counts
	if response.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("posting a webhook: status %s", response.Status)
	}
	return nil
}
