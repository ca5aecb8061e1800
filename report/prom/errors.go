package prom

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
)

// describe adds a hint to the error of a query and removes the URL, which may contain credentials.
func describe(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	answer, answered := errors.AsType[*v1.Error](err)
	tooLarge, isTooLarge := errors.AsType[*http.MaxBytesError](err)
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, context.DeadlineExceeded), answered && answer.Type == v1.ErrTimeout:
		return fmt.Errorf("%w; hint: increase --prometheus.timeout", err)
	case isTooLarge:
		return fmt.Errorf("the response exceeds %d bytes", tooLarge.Limit)
	case answered && (answer.Msg == "client error: 401" || answer.Msg == "client error: 403"):
		return fmt.Errorf("%w; hint: check the credentials in --prometheus.http-config-file", err)
	case answered && answer.Type == v1.ErrClient:
		return fmt.Errorf("%w; hint: check the path of --prometheus.url", err)
	case answered && answer.Type == v1.ErrBadResponse:
		// The decoder's error may quote the response.
		return errors.New("the response is not that of the API of Prometheus; hint: check --prometheus.url")
	case answered:
		return err
	}
	return fmt.Errorf("%w; hint: check that --prometheus.url is reachable from here", err)
}
