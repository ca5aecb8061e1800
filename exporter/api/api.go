// Package api calls the HTTP APIs of services that sources poll.
//
// A [Transport] is the http.RoundTripper of one API. It limits the size of responses, pauses when
// the service asks for it, classifies failures, and counts requests. [Transport.GetJSON] decodes a
// JSON response; the client library of a service uses the Transport instead.
package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/aimarketplace/monitoring/exporter/failure"
)

// GetJSON requests u with the credentials of authorize and decodes the response into result. It
// ignores unknown fields. The error has a reason and names the operation. It contains neither the
// query of u, the credentials nor the body.
func (t *Transport) GetJSON(ctx context.Context, operation string, u *url.URL, authorize func(http.Header), result any) (http.Header, error) {
	request, err := http.NewRequestWithContext(WithOperation(ctx, operation), http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, failure.New(failure.Invalid, fmt.Errorf("requesting %s: the URL is invalid", operation))
	}
	authorize(request.Header)
	return t.doJSON(request, operation, result)
}

// PostForm is GetJSON for a form, whose fields may contain credentials.
func (t *Transport) PostForm(ctx context.Context, operation string, u *url.URL, form url.Values, result any) (http.Header, error) {
	request, err := http.NewRequestWithContext(WithOperation(ctx, operation), http.MethodPost, u.String(), strings.NewReader(form.Encode()))
	if err != nil {
		return nil, failure.New(failure.Invalid, fmt.Errorf("requesting %s: the URL is invalid", operation))
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return t.doJSON(request, operation, result)
}

func (t *Transport) doJSON(request *http.Request, operation string, result any) (http.Header, error) {
	request.Header.Set("Accept", "application/json")
	client := &http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse // a redirect could lead to a host that must not get the credentials
	}}
	response, err := client.Do(request)
	if err != nil {
		return nil, withOperation(operation, err)
	}
	defer func() { _ = response.Body.Close() }() // read completely or not needed
	if response.StatusCode != http.StatusOK {
		return response.Header, withOperation(operation, StatusError(response))
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return response.Header, withOperation(operation, err)
	}
	if err := json.Unmarshal(body, result); err != nil {
		// The decoder's error may quote the body.
		return response.Header, failure.New(failure.Invalid, fmt.Errorf("requesting %s: the response is not the documented JSON", operation))
	}
	return response.Header, nil
}

// withOperation adds the operation to an error and replaces the URL that net/http puts in front of
// it. The reason stays.
func withOperation(operation string, err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	return fmt.Errorf("requesting %s: %w", operation, err)
}

type operationKey struct{}

// WithOperation names the operation of the requests that use ctx, as the value of a label.
func WithOperation(ctx context.Context, operation string) context.Context {
	return context.WithValue(ctx, operationKey{}, operation)
}

// ValidURL reports whether u is the address of an API: an HTTP URL with a host.
func ValidURL(u *url.URL) bool {
	return (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}
