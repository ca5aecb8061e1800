package pgtest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/pgserver"
	"github.com/aimarketplace/monitoring/internal/toolbox"
)

// BouncerOption changes the options of a pooler.
type BouncerOption func(*pgserver.BouncerOptions)

// Bouncer runs PgBouncer in front of a server until the test ends. The default pool mode is
// transaction.
func Bouncer(t testing.TB, s *Server, options ...BouncerOption) *pgserver.Bouncer {
	t.Helper()
	path, err := toolbox.Path("pgbouncer")
	require.NoError(t, err)
	opts := pgserver.BouncerOptions{Path: path, Upstream: s.Server}
	for _, option := range options {
		option(&opts)
	}
	bouncer, err := pgserver.StartBouncer(t.Context(), opts)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, bouncer.Close()) })
	return bouncer
}
