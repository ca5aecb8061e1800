package api

import "net/http"

// SetNext replaces what sends the requests.
func (t *Transport) SetNext(next http.RoundTripper) { t.next = next }
