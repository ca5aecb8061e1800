package pgserver_test

import (
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/pgserver"
)

func TestServersAreCopiedFromATemplate(t *testing.T) {
	templates := t.TempDir()
	first := systemIdentifier(t, start(t, pgserver.Options{Templates: templates}))
	kept, err := os.ReadDir(templates)
	require.NoError(t, err)
	require.Len(t, kept, 1)

	require.Equal(t, first, systemIdentifier(t, start(t, pgserver.Options{Templates: templates})))
	require.NotEqual(t, first, systemIdentifier(t, start(t, pgserver.Options{})))
}

func TestServerStartsWithoutTemplates(t *testing.T) {
	start(t, pgserver.Options{Templates: "/nowhere"})
}

func systemIdentifier(t *testing.T, server *pgserver.Server) (id int64) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), server.URL("postgres", pgserver.Superuser))
	require.NoError(t, err)
	require.NoError(t, conn.QueryRow(t.Context(), "SELECT system_identifier FROM pg_control_system()").Scan(&id))
	require.NoError(t, conn.Close(t.Context()))
	return id
}
