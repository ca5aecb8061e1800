package maintenance_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/check"
	"github.com/aimarketplace/monitoring/exporter/maintenance"
	"github.com/aimarketplace/monitoring/exporter/source"
	"github.com/aimarketplace/monitoring/internal/sourcetest"
)

// open opens the source with a configuration file. The clock of a synctest bubble begins at
// 2000-01-01T00:00:00Z.
func open(t *testing.T, config string) (s source.Source, file string, err error) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "maintenance.yml")
	require.NoError(t, os.WriteFile(file, []byte(config), 0o600))
	s, err = (&maintenance.Config{File: file}).Open(source.Deps{})
	return s, file, err
}

const upgrade = `windows:
  - name: upgrade
    components: [database, api, database]
    start: 2000-01-01T11:00:00+09:00
    end: 2000-01-01T04:00:00Z
`

func TestWindowsAreExposedUntilAWeekAfterTheirEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _, err := open(t, upgrade)
		require.NoError(t, err)
		want := []string{
			`marketplace_maintenance_end_timestamp_seconds{component="api",environment="production",window="upgrade"} 9.466992e+08`,
			`marketplace_maintenance_end_timestamp_seconds{component="database",environment="production",window="upgrade"} 9.466992e+08`,
			`marketplace_maintenance_start_timestamp_seconds{component="api",environment="production",window="upgrade"} 9.46692e+08`,
			`marketplace_maintenance_start_timestamp_seconds{component="database",environment="production",window="upgrade"} 9.46692e+08`,
		}
		scrape := func() []string {
			samples, err := sourcetest.Samples(t, s)
			require.NoError(t, err)
			return samples
		}
		require.Equal(t, want, scrape())
		time.Sleep(4*time.Hour + 7*24*time.Hour - time.Second)
		require.Equal(t, want, scrape())
		time.Sleep(time.Second)
		require.Empty(t, scrape())
	})
}

func TestAllComponentsAndEnvironments(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _, err := open(t, `windows:
  - {name: region, components: [all], environment: staging, start: "2000-01-02T00:00:00Z", end: "2000-01-02T01:00:00Z"}
  - {name: 데이터베이스, components: [email], environment: "", start: "2000-01-02T00:00:00Z", end: "2000-01-02T01:00:00Z"}
`)
		require.NoError(t, err)
		samples, err := sourcetest.Samples(t, s)
		require.NoError(t, err)
		require.Len(t, samples, 2*6+2)
		text := strings.Join(samples, "\n")
		for _, component := range []string{"website", "api", "payments", "uploads", "email", "database"} {
			require.Contains(t, text, `end_timestamp_seconds{component="`+component+`",environment="staging",window="region"}`)
		}
		require.Contains(t, text, `end_timestamp_seconds{component="email",environment="",window="데이터베이스"}`)
	})
}

func TestReloadReplacesTheWindowsUnlessTheFileIsInvalid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, file, err := open(t, upgrade)
		require.NoError(t, err)
		reload := s.(source.Reloader).Reload
		require.NoError(t, os.WriteFile(file, []byte("windows: later"), 0o600))
		require.ErrorContains(t, reload(), file)
		samples, err := sourcetest.Samples(t, s)
		require.NoError(t, err)
		require.Len(t, samples, 4)

		require.NoError(t, os.WriteFile(file, nil, 0o600))
		require.NoError(t, reload())
		samples, err = sourcetest.Samples(t, s)
		require.NoError(t, err)
		require.Empty(t, samples)
	})
}

func TestCheckListsTheWindows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, file, err := open(t, upgrade)
		require.NoError(t, err)
		findings := func() []check.Finding { return s.(source.Checker).Check(t.Context()) }
		require.Equal(t, []check.Finding{{Subject: "upgrade", Detail: "begins at 2000-01-01T11:00:00+09:00: api, database"}}, findings())
		time.Sleep(2 * time.Hour)
		require.Equal(t, []check.Finding{{Status: check.Note, Subject: "upgrade", Detail: "mutes alerts until 2000-01-01T04:00:00Z: api, database"}}, findings())
		time.Sleep(2 * time.Hour)
		require.Equal(t, []check.Finding{{Subject: "upgrade", Detail: "ended at 2000-01-01T04:00:00Z: api, database"}}, findings())
		require.NoError(t, os.WriteFile(file, nil, 0o600))
		require.NoError(t, s.(source.Reloader).Reload())
		require.Equal(t, []check.Finding{{Subject: "windows", Detail: "none is planned"}}, findings())
	})
}

func TestOffWithoutAFile(t *testing.T) {
	s, err := (&maintenance.Config{}).Open(source.Deps{})
	require.NoError(t, err)
	require.False(t, s.(source.Optional).Enabled())
	require.NoError(t, s.(source.Reloader).Reload())
	require.Equal(t, "off: --maintenance.config-file is not set", s.(source.Checker).Check(t.Context())[0].Detail)
}

func TestInvalidFiles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, test := range map[string]struct{ replace, by, want string }{
			"unknown field":     {"components:", "component:", "field component not found"},
			"no name":           {"name: upgrade", "name: ''", `:2: window "": the name is empty`},
			"name of an alert":  {"name: upgrade", `name: 'a"b'`, "has special ones"},
			"unknown component": {"database, api", "databases", `:2: window "upgrade": component "databases" does not exist; hint: website, api, payments, uploads, email, database, or all`},
			"all and unknown":   {"database, api", "all, shop", `component "shop" does not exist`},
			"no component":      {"[database, api, database]", "[]", "hint: components: [database]"},
			"no zone":           {"11:00:00+09:00", "11:00:00", `the start "2000-01-01T11:00:00" is no time with a date and a zone; hint: start: 2026-12-06T02:00:00+09:00`},
			"no time":           {"T04:00:00Z", "", `the end "2000-01-01" is no time`},
			"end before start":  {"01T04:00:00Z", "01T02:00:00Z", "is not after the start"},
			"eight days":        {"01T04:00:00Z", "08T02:00:01Z", "longer than 7 days"},
		} {
			require.Contains(t, upgrade, test.replace, name)
			_, file, err := open(t, strings.Replace(upgrade, test.replace, test.by, 1))
			require.ErrorContains(t, err, "reading --maintenance.config-file: "+file+":", name)
			require.ErrorContains(t, err, test.want, name)
			require.ErrorContains(t, err, "hint: ", name)
		}
		_, _, err := open(t, strings.Replace(upgrade, "01T04:00:00Z", "08T02:00:00Z", 1))
		require.NoError(t, err, "7 days")
		_, _, err = open(t, upgrade+strings.TrimPrefix(upgrade, "windows:\n"))
		require.ErrorContains(t, err, `:6: window "upgrade": the name is also in line 2`)
		_, err = (&maintenance.Config{File: "missing.yml"}).Open(source.Deps{})
		require.ErrorContains(t, err, "missing.yml")
	})
}

func TestWindowsAreLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		config := "windows:\n"
		add := func(from, to, year int) {
			for i := range to - from {
				config += fmt.Sprintf("  - {name: n%d, components: [api], start: \"%d-01-02T00:00:00Z\", end: \"%d-01-02T01:00:00Z\"}\n", from+i, year, year)
			}
		}
		add(0, 50, 1999)
		add(50, 150, 2000)
		_, _, err := open(t, config)
		require.NoError(t, err, "past windows do not count")
		add(150, 151, 2000)
		_, _, err = open(t, config)
		require.ErrorContains(t, err, "101 windows")
	})
}

func TestExampleIsValid(t *testing.T) {
	s, err := (&maintenance.Config{File: "../../deploy/exporter/maintenance.example.yml"}).Open(source.Deps{})
	require.NoError(t, err)
	require.NotNil(t, s)
}
