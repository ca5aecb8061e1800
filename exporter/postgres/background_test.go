package postgres

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/pgtest"
)

// onServer returns a series of the whole server, as the exporter of the database postgres names it.
func onServer(name string) string { return name + `{datname="postgres"}` }

func TestBackground(t *testing.T) {
	pgtest.EachMajor(t, func(t *testing.T, s *pgtest.Server) {
		monitored(t, s)
		e := newExporter(t, s.URL("postgres", "monitor:m"), testConfig())
		requested := onServer("pg_stat_checkpointer_num_requested_total")
		written := onServer("pg_stat_checkpointer_buffers_written_total")
		allocated := onServer("pg_stat_bgwriter_buffers_alloc_total")
		before := e.settled(t, requested, written)
		s.Exec(t, "shop", "CREATE TABLE items (name text); INSERT INTO items SELECT repeat('x', 1000) FROM generate_series(1, 5000)")
		s.Exec(t, "postgres", "CHECKPOINT")
		s.Exec(t, "postgres", "CHECKPOINT")
		e.until(t, reaches(allocated, before[allocated]+6))
		after := e.settled(t, requested, written)
		grown := func(name string) float64 { return after[onServer(name)] - before[onServer(name)] }
		require.EqualValues(t, 2, grown("pg_stat_checkpointer_num_requested_total"))
		require.Zero(t, grown("pg_stat_checkpointer_num_timed_total"))
		require.Greater(t, grown("pg_stat_checkpointer_buffers_written_total"), 20.0)
		require.Less(t, grown("pg_stat_checkpointer_write_time_seconds_total"), 10.0)
		require.Less(t, grown("pg_stat_checkpointer_sync_time_seconds_total"), 10.0)
		for former, name := range map[string]string{
			"checkpoints_req_total": "num_requested_total", "checkpoints_timed_total": "num_timed_total",
			"buffers_checkpoint_total": "buffers_written_total",
		} {
			require.Equal(t, after[onServer("pg_stat_checkpointer_"+name)], after[onServer("pg_stat_bgwriter_"+former)], former)
		}
		for _, phase := range []string{"write", "sync"} {
			require.InDelta(t, 1000*after[onServer("pg_stat_checkpointer_"+phase+"_time_seconds_total")],
				after[onServer("pg_stat_bgwriter_checkpoint_"+phase+"_time_total")], 1e-6, phase)
		}
		require.Greater(t, grown("pg_stat_bgwriter_buffers_alloc_total"), 5.0)
		require.Contains(t, after, onServer("pg_stat_checkpointer_num_timed_total"))
		require.Contains(t, after, onServer("pg_stat_bgwriter_buffers_clean_total"))
		require.Contains(t, after, onServer("pg_stat_bgwriter_maxwritten_clean_total"))
		if s.Major() < 17 {
			require.Greater(t, grown("pg_stat_bgwriter_buffers_backend_total"), 100.0, "128 of 700 pages fit into the buffer cache")
			require.Contains(t, after, onServer("pg_stat_bgwriter_buffers_backend_fsync_total"))
			require.NotContains(t, after, onServer("pg_stat_checkpointer_restartpoints_done_total"))
		} else {
			require.NotContains(t, after, onServer("pg_stat_bgwriter_buffers_backend_total"))
			require.Contains(t, after, onServer("pg_stat_checkpointer_restartpoints_timed_total"))
			require.Contains(t, after, onServer("pg_stat_checkpointer_restartpoints_req_total"))
			require.Contains(t, after, onServer("pg_stat_checkpointer_restartpoints_done_total"))
		}
		requireEqualToServer(t, s, after)
	}, pgtest.Setting("shared_buffers", "1MB"))
}

// requireEqualToServer compares values that may be zero after one run with those of the server.
func requireEqualToServer(t *testing.T, s *pgtest.Server, samples map[string]float64) {
	t.Helper()
	columns := map[string]string{
		"pg_stat_checkpointer_write_time_seconds_total": "checkpoint_write_time / 1000 FROM pg_stat_bgwriter",
		"pg_stat_checkpointer_sync_time_seconds_total":  "checkpoint_sync_time / 1000 FROM pg_stat_bgwriter",
		"pg_stat_bgwriter_maxwritten_clean_total":       "maxwritten_clean FROM pg_stat_bgwriter",
		"pg_stat_bgwriter_buffers_clean_total":          "buffers_clean FROM pg_stat_bgwriter",
	}
	if s.Major() >= 17 {
		columns["pg_stat_checkpointer_write_time_seconds_total"] = "write_time / 1000 FROM pg_stat_checkpointer"
		columns["pg_stat_checkpointer_sync_time_seconds_total"] = "sync_time / 1000 FROM pg_stat_checkpointer"
	}
	for name, column := range columns {
		require.InDelta(t, number(t, s.Conn(t, "postgres"), "SELECT "+column), samples[onServer(name)], 1e-9, name)
	}
}
