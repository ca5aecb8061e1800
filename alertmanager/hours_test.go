package alertmanager_test

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestP3IsMutedOutsideBusinessHours replaces the time zone instead of the configuration:
// Alertmanager evaluates the shipped interval in a fake Asia/Seoul whose offset makes the local
// time the one under test.
func TestP3IsMutedOutsideBusinessHours(t *testing.T) {
	const divisor = 6000 // an hour is 600 ms
	monday := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	cases := map[string]struct {
		clock time.Time
		sent  bool
	}{
		"Monday 08:57":   {monday.Add(8*time.Hour + 57*time.Minute), false},
		"Monday 09:00":   {monday.Add(9 * time.Hour), true},
		"Wednesday noon": {monday.AddDate(0, 0, 2).Add(12 * time.Hour), true},
		"Friday 17:57":   {monday.AddDate(0, 0, 4).Add(17*time.Hour + 57*time.Minute), true},
		"Friday 18:00":   {monday.AddDate(0, 0, 4).Add(18 * time.Hour), false},
		"Saturday noon":  {monday.AddDate(0, 0, 5).Add(12 * time.Hour), false},
		"Sunday noon":    {monday.AddDate(0, 0, 6).Add(12 * time.Hour), false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			chain := startChain(t, divisor, "ZONEINFO="+fakeSeoul(t, c.clock))
			chain.send(t, alert("UnusedIndexes", "P3", "database"), alert("Unrelated", "P2", "api"))
			await(t, &chain.got.Slack, 1)
			if c.sent {
				require.Equal(t, "[P3] UnusedIndexes (database)", await(t, &chain.got.Mails, 1)[0].Subject)
				return
			}
			chain.awaitSuppressed(t, "active_time_interval", 2)
			require.Empty(t, chain.got.Mails.All(), "muted at each group_interval")
		})
	}
}

// An alert that resolves outside business hours sends no email the next morning.
func TestP3ResolvedOutsideBusinessHoursIsNotSent(t *testing.T) {
	const divisor = 6000
	sunday := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	chain := startChain(t, divisor, "ZONEINFO="+fakeSeoul(t, sunday))
	minor := alert("UnusedIndexes", "P3", "database")
	chain.send(t, minor)
	chain.awaitSuppressed(t, "active_time_interval", 1)
	chain.send(t, resolved(minor))
	eventually(t, func() bool {
		return len(chain.states(t)) == 0
	}, "the alert resolved")
	require.Empty(t, chain.got.Mails.All())
}

// fakeSeoul returns a time zone directory in which the local time in Asia/Seoul is clock now. The
// offset can be days.
func fakeSeoul(t *testing.T, clock time.Time) string {
	t.Helper()
	offset := int32(time.Until(clock)/time.Second) + 1 // rounded up
	var zone bytes.Buffer
	zone.WriteString("TZif")
	zone.Write(make([]byte, 16)) // version 1
	// The header counts: one local time type, and four bytes of abbreviations.
	require.NoError(t, binary.Write(&zone, binary.BigEndian, []uint32{0, 0, 0, 0, 1, 4}))
	require.NoError(t, binary.Write(&zone, binary.BigEndian, offset))
	zone.WriteString("\x00\x00TST\x00")

	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "Asia"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "Asia", "Seoul"), zone.Bytes(), 0o600))
	return dir
}
