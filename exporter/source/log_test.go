package source_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/failure"
	"github.com/aimarketplace/monitoring/exporter/source"
)

func TestOneCauseIsLoggedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		parts := []string{"orders", "users"}
		s := &fake{name: "a", collect: func(context.Context, func(float64, string)) error {
			var failures []error
			for _, part := range parts {
				failures = append(failures, failure.OfPart(part, failure.Authentication, errors.New("wrong password")))
			}
			return errors.Join(failures...)
		}}
		var log bytes.Buffer
		set := source.NewSet(t.Context(), slog.New(slog.NewTextHandler(&log, nil)), source.Limits{Timeout: time.Minute}, s)
		families := gather(t, set, time.Second)
		require.EqualValues(t, 1, value(t, families["marketplace_source_failing"], "orders"))
		require.EqualValues(t, 1, value(t, families["marketplace_source_failing"], "users"))
		parts = append(parts, "payments") // it is collected less often
		gather(t, set, time.Second)
		require.Equal(t, 1, strings.Count(log.String(), "collecting fails"), "%s", &log)
		require.Contains(t, log.String(), `parts=orders,users reason=authentication err="wrong password"`)
		parts = nil
		gather(t, set, time.Second)
		require.Equal(t, 1, strings.Count(log.String(), "collecting works again"), "%s", &log)
		require.Contains(t, log.String(), "parts=orders,payments,users")
	})
}
