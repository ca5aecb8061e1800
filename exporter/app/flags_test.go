package app_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/aimarketplace/monitoring/exporter/app"
	"github.com/aimarketplace/monitoring/internal/testlog"
	"github.com/stretchr/testify/require"
)

func TestEveryFlagHasAnEnvironmentVariable(t *testing.T) {
	help, err := execute(t, "--help")
	require.NoError(t, err)
	help, _, _ = strings.Cut(help, "\nCommands:")
	help = strings.Join(strings.Fields(help), " ")
	flags := regexp.MustCompile(` --(\[no-\])?([a-z][a-z.-]*[a-z])[ =]`).FindAllStringSubmatch(help, -1)
	require.Greater(t, len(flags), 25)
	for _, flag := range flags {
		if flag[2] == "help" || flag[2] == "version" || strings.HasPrefix(flag[2], "help-") {
			continue
		}
		require.Contains(t, help, "($"+environmentName(flag[2])+")", flag[2])
	}
	require.NotContains(t, help, "($VERSION)", "many environments set it for another program")
}

func TestFlagsTakePrecedenceOverTheEnvironment(t *testing.T) {
	t.Setenv("DATABASE_URL", "postgres://environment/d")
	t.Setenv("WEB_LISTEN_ADDRESS", "127.0.0.1:1")
	c, command, err := app.Parse([]string{"--web.listen-address=127.0.0.1:2"}, &testlog.Buffer{}, &testlog.Buffer{})
	require.NoError(t, err)
	require.Equal(t, app.CommandServe, command, "the default")
	require.Equal(t, "postgres://environment/d", c.Database.URL)
	require.Equal(t, []string{"127.0.0.1:2"}, *c.Web.WebListenAddresses)
}

func TestErrorsOfInvalidFlagsHaveAHint(t *testing.T) {
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"unknown flag":             {[]string{"--nonsense"}, "hint: marketplace_exporter --help"},
		"no database":              {[]string{}, "hint: set DATABASE_URL"},
		"path of the landing page": {[]string{"--web.telemetry-path=/"}, "hint: use a path such as /metrics"},
		"invalid time zone":        {[]string{"--database.url=postgres://h/d", "--kpi.timezone=KST+9"}, "hint: a name of the IANA"},
		"missing KPI file":         {[]string{"--database.url=postgres://h/d", "--kpi.file=nowhere.yaml"}, "nowhere.yaml"},
		"negative limit":           {[]string{"--database.url=postgres://h/d", "--postgres.statements.limit=-1"}, "hint:"},
		"interval of zero":         {[]string{"--database.url=postgres://h/d", "--postgres.slow-interval=0s"}, "hint:"},
		"no scrapes":               {[]string{"--database.url=postgres://h/d", "--web.max-requests=0"}, "hint:"},
		"no number":                {[]string{"--postgres.tables.limit=lots"}, `--postgres.tables.limit (POSTGRES_TABLES_LIMIT): "lots" is not valid`},
		"no duration":              {[]string{"--collect.timeout=soon"}, `--collect.timeout (COLLECT_TIMEOUT): "soon" is not valid: time: invalid duration`},
		"no level":                 {[]string{"check", "--log.level=loud"}, "--log.level (LOG_LEVEL)"},
		"timeout of zero":          {[]string{"--collect.timeout=0s"}, "hint:"},
		"invalid address": {
			[]string{"--database.url=postgres://h/d", "--web.listen-address=256.0.0.1:1"}, "hint: set --web.listen-address",
		},
	} {
		_, err := execute(t, test.args...)
		require.ErrorContains(t, err, test.want, name)
	}
}

func TestErrorOfAnInvalidVariableNamesIt(t *testing.T) {
	for variable, value := range map[string]string{
		"POSTGRES_TABLES_LIMIT": "lots", "POSTGRES_SLOW_INTERVAL": "often", "WEB_ENABLE_LIFECYCLE": "maybe",
	} {
		t.Run(variable, func(t *testing.T) {
			t.Setenv(variable, value)
			_, err := execute(t, "--postgres.indexes.limit=10")
			require.ErrorContains(t, err, "("+variable+`): "`+value+`" is not valid`)
			require.ErrorContains(t, err, "hint:")
		})
	}
}

func environmentName(flag string) string {
	return strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(flag))
}
