package oncall_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/check"
	"github.com/aimarketplace/monitoring/exporter/oncall"
	"github.com/aimarketplace/monitoring/exporter/source"
	"github.com/aimarketplace/monitoring/internal/sourcetest"
)

// open opens the source with the shipped example at a time in Seoul, and returns the path of its
// file.
func open(t *testing.T, now string) (*oncall.Source, string) {
	t.Helper()
	text, err := os.ReadFile("../../deploy/exporter/oncall.example.yml")
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "oncall.yml")
	require.NoError(t, os.WriteFile(path, text, 0o600))
	opened, err := (&oncall.Config{File: path}).Open(source.Deps{})
	require.NoError(t, err)
	s := opened.(*oncall.Source)
	setClock(t, s, now)
	return s, path
}

func setClock(t *testing.T, s *oncall.Source, now string) {
	t.Helper()
	parsed, err := time.Parse(time.DateTime+" -0700", now+" +0900")
	require.NoError(t, err)
	s.SetClock(parsed)
}

func TestPeopleOnCall(t *testing.T) {
	s, _ := open(t, "2026-11-26 12:00:00")
	samples, err := sourcetest.Samples(t, s)
	require.NoError(t, err)
	require.Equal(t, []string{
		`marketplace_oncall_info{person="choi",role="manager"} 1`,
		`marketplace_oncall_info{person="kim",role="primary"} 1`,
		`marketplace_oncall_info{person="lee",role="secondary"} 1`,
		`marketplace_oncall_next_handover_timestamp_seconds{role="primary"} 1.7959968e+09`,
		`marketplace_oncall_next_handover_timestamp_seconds{role="secondary"} 1.7959968e+09`,
	}, samples, "2026-11-30 09:00 in Seoul; there is one manager")
	setClock(t, s, "2026-11-30 09:00:00")
	samples, err = sourcetest.Samples(t, s)
	require.NoError(t, err)
	require.Contains(t, samples, `marketplace_oncall_info{person="lee",role="primary"} 1`)
	require.NotContains(t, strings.Join(samples, "\n"), "+82")
}

func TestNoOneIsOnCallBeforeTheFirstRotation(t *testing.T) {
	s, _ := open(t, "2026-11-23 08:59:59")
	samples, err := sourcetest.Samples(t, s)
	require.ErrorContains(t, err, "primary: no one is on call before the first rotation")
	require.Len(t, samples, 3, "the first hand-over of each role")
	require.Equal(t, check.Broken, s.Check(t.Context())[0].Status)
}

func TestReload(t *testing.T) {
	s, path := open(t, "2026-11-26 12:00:00")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, []byte("timezone: Asia/Seoul"), 0o600))
	require.ErrorContains(t, s.Reload(), "reading --oncall.config-file "+path+": ")
	require.Contains(t, s.Check(t.Context())[0].Detail, "kim until 2026-11-30 09:00 KST", "the previous schedule stays in effect")
	require.NoError(t, os.WriteFile(path, []byte(strings.Replace(string(text), "primary: [kim, lee, park]", "primary: [choi]", 1)), 0o600))
	require.NoError(t, s.Reload())
	samples, err := sourcetest.Samples(t, s)
	require.NoError(t, err)
	require.Contains(t, samples, `marketplace_oncall_info{person="choi",role="primary"} 1`)
}

func TestOffWithoutAFile(t *testing.T) {
	s, err := (&oncall.Config{}).Open(source.Deps{})
	require.NoError(t, err)
	require.False(t, s.(source.Optional).Enabled())
	require.Equal(t, check.Note, s.(source.Checker).Check(t.Context())[0].Status)
	require.NoError(t, s.(source.Reloader).Reload())
}
