package postgres

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/check"
	"github.com/aimarketplace/monitoring/exporter/database"
)

func TestCheckRecommendsAVerifiedServer(t *testing.T) {
	for _, p := range []database.Protection{database.Unencrypted, database.Encrypted, database.VerifiedCA} {
		finding := tlsFinding(p)
		require.Equal(t, check.Note, finding.Status)
		require.Contains(t, finding.Hint, "sslmode=verify-full&sslrootcert=FILE")
		require.Contains(t, finding.Hint, "channel_binding=require&require_auth=scram-sha-256")
	}
	for _, p := range []database.Protection{database.Loopback, database.VerifiedHost, database.LocalSocket} {
		require.Equal(t, check.OK, tlsFinding(p).Status)
	}
}
