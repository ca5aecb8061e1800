package pgbouncer

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/database"
)

// resultOf returns a result with the first line as its columns.
func resultOf(columns []string, rows ...[]string) database.Result {
	var result database.Result
	for _, name := range columns {
		result.Fields = append(result.Fields, database.Field{Name: name})
	}
	for _, row := range rows {
		var values [][]byte
		for _, text := range row {
			values = append(values, []byte(text))
		}
		result.Rows = append(result.Rows, values)
	}
	return result
}

// numbers returns the values of a row by metric.
func numbers(t *testing.T, r row) map[string]float64 {
	t.Helper()
	all := map[string]float64{}
	for _, v := range r.values {
		family, err := v.desc.Family()
		require.NoError(t, err)
		all[family.GetName()] = v.number
	}
	return all
}

// The columns of version 1.7 lack the microseconds of maxwait, and those of later versions have
// another order.
func TestColumnsAreFoundByName(t *testing.T) {
	rows, err := pools().read(resultOf(
		[]string{"cl_waiting", "user", "database", "maxwait", "cl_active", "pool_mode"},
		[]string{"3", "shop", "market", "4", "2", "transaction"}))
	require.NoError(t, err)
	require.Equal(t, []string{"market", "shop"}, rows[0].labels)
	require.Equal(t, map[string]float64{
		"pgbouncer_pools_client_waiting_connections": 3, "pgbouncer_pools_client_active_connections": 2,
		"pgbouncer_pools_client_maxwait_seconds": 4,
	}, numbers(t, rows[0]))

	rows, err = pools().read(resultOf(
		[]string{"database", "user", "maxwait_us", "maxwait", "later"}, []string{"pgbouncer", "pgbouncer", "0", "0", ""},
		[]string{"market", "\xff", "250000", "4", ""}))
	require.NoError(t, err)
	require.Len(t, rows, 1)
	require.Equal(t, []string{"market", "\uFFFD"}, rows[0].labels)
	require.Equal(t, map[string]float64{"pgbouncer_pools_client_maxwait_seconds": 4.25}, numbers(t, rows[0]))
}

func TestKeysAndValues(t *testing.T) {
	rows, err := settings().read(resultOf([]string{"key", "value", "changeable"}, []string{"auth_type", "md5", "yes"},
		[]string{"max_client_conn", "100", "yes"}))
	require.NoError(t, err)
	require.Len(t, rows, 1)
	require.Equal(t, map[string]float64{"pgbouncer_config_max_client_connections": 100}, numbers(t, rows[0]))
}

func TestInvalidResults(t *testing.T) {
	_, err := pools().read(resultOf([]string{"database", "maxwait"}, []string{"market", "1"}))
	require.ErrorContains(t, err, "SHOW POOLS has no column user")
	_, err = stats().read(resultOf([]string{"database", "total_sent"}, []string{"market", "canary"}))
	require.ErrorContains(t, err, "reading the column total_sent")
	require.NotContains(t, err.Error(), "canary")
}
