package kpi

import (
	"testing"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/source"
)

func TestTimeZoneIsAnIANAName(t *testing.T) {
	for _, zone := range []string{"UTC", "Asia/Seoul", "America/Argentina/Buenos_Aires", "Etc/GMT-9"} {
		require.NoError(t, Config{TimeZone: zone, Timeout: time.Second}.validate(), zone)
	}
	for _, zone := range []string{"", "Local", "UTC+9", "+09:00", "KST-9", "asia seoul", "Asia/", "../../etc/passwd", "Asia/Seoul'; --"} {
		err := Config{TimeZone: zone, Timeout: time.Second}.validate()
		require.ErrorContains(t, err, "such as Asia/Seoul", zone)
	}
}

func TestTimeoutIsPositive(t *testing.T) {
	require.ErrorContains(t, Config{TimeZone: "UTC"}.validate(), "--kpi.timeout")
}

func TestFlagDefaults(t *testing.T) {
	parse := func(args ...string) (config Config) {
		app := kingpin.New("exporter", "")
		config.Register(app)
		_, err := app.Parse(args)
		require.NoError(t, err)
		return config
	}
	require.Equal(t, Config{TimeZone: "UTC", Timeout: 30 * time.Second}, parse())
	require.Equal(t, Config{File: "own.yaml", TimeZone: "Asia/Seoul", Timeout: 5 * time.Second},
		parse("--kpi.file=own.yaml", "--kpi.timezone=Asia/Seoul", "--kpi.timeout=5s"))
}

func TestOpenReportsMissingURLAndFile(t *testing.T) {
	verifyNoLeaks(t)
	config := testConfig()
	_, err := config.Open(source.Deps{Databases: database.Config{}, Logger: quiet()})
	require.ErrorContains(t, err, "DATABASE_URL")
	config.File = "none.yaml"
	_, err = config.Open(source.Deps{Databases: database.Config{URL: "postgres://localhost/any"}, Logger: quiet()})
	require.ErrorContains(t, err, "reading the KPI file")
}
