package kpi

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// good is an entry with nothing wrong; the cases below spoil one line of it each.
const good = `
- name: carts
  help: Carts now.
  unit: carts
  labels: [status]
  interval: 5m
  sql: |
    SELECT status, count(*) AS value
    FROM cart GROUP BY status
`

func TestABadEntryIsRefusedWithItsLineAndWhatToDo(t *testing.T) {
	cases := map[string]struct {
		from, to string // replaced in good
		want     string // a part of the error
	}{
		"a key with a typing error":       {"interval:", "intervall:", `own.yaml:6: carts: the key "intervall" is unknown; hint: name, help,`},
		"a key twice":                     {"unit: carts", "unit: carts\n  unit: carts", `own.yaml:5: carts: "unit" stands there twice`},
		"no name":                         {"name: carts\n  help:", "help:", "own.yaml:2: (entry without a name): the name is missing"},
		"a name in capitals":              {"name: carts", "name: Carts", "own.yaml:2: Carts: the name is not valid"},
		"a name with two underscores":     {"name: carts", "name: carts__open", "own.yaml:2: carts__open: the name is not valid"},
		"a name with the prefix":          {"name: carts", "name: marketplace_carts", "the name begins with marketplace_"},
		"a name of the exporter's own":    {"name: carts", "name: kpi_rows", `own.yaml:2: kpi_rows: names that begin with "kpi_" are the exporter's own`},
		"a gauge named like a counter":    {"name: carts", "name: carts_total", "own.yaml:2: carts_total: Prometheus' conventions: "},
		"a name like a histogram's part":  {"name: carts", "name: carts_count", "Prometheus' conventions: "},
		"a name in minutes":               {"name: carts", "name: cart_age_minutes", `use base unit "seconds" instead of "minutes"`},
		"a unit in minutes":               {"unit: carts", "unit: minutes", "own.yaml:4: carts: minutes is no base unit"},
		"seconds without the suffix":      {"unit: carts", "unit: seconds", `own.yaml:4: carts: the unit is seconds and the name ends in "carts"`},
		"the suffix without seconds":      {"name: carts", "name: cart_age_seconds", `the unit is carts and the name ends in "seconds"`},
		"no unit":                         {"  unit: carts\n", "", "own.yaml:2: carts: the unit is missing"},
		"no help":                         {"help: Carts now.", "help: ''", "own.yaml:3: carts: the help is missing"},
		"a label that is the value":       {"[status]", "[status, value]", `own.yaml:5: carts: the label "value" is reserved`},
		"a label that targets have":       {"[status]", "[instance]", `the label "instance" is reserved`},
		"a label twice":                   {"[status]", "[status, status]", `the label "status" stands there twice`},
		"a label in capitals":             {"[status]", "[Status]", `the label "Status" is not valid`},
		"a label of Prometheus' own":      {"[status]", "[__name__]", `the label "__name__" is not valid`},
		"labels that are no list":         {"[status]", "status", `own.yaml:5: carts: "labels" cannot be read; hint: write a list of names`},
		"no interval":                     {"  interval: 5m\n", "", "own.yaml:2: carts: the interval is missing"},
		"an interval below the floor":     {"5m", "5s", "own.yaml:6: carts: an interval of 5s is too short; hint: at least 10s"},
		"an interval without a unit":      {"5m", "300", `own.yaml:6: carts: "interval" cannot be read; hint: write a duration such as 30s`},
		"a value dropped before the next": {"5m", "5m\n  max_age: 1m", "own.yaml:7: carts: a value would be dropped after 1m0s"},
		"a run that overlaps the next":    {"5m", "5m\n  timeout: 6m", "own.yaml:7: carts: a run of 6m0s would last beyond the next"},
		"a cap below zero":                {"5m", "5m\n  max_rows: -1", "own.yaml:7: carts: max_rows is -1"},
		"a cap too high":                  {"5m", "5m\n  max_rows: 100000", "own.yaml:7: carts: max_rows is 100000; hint: choose 1 to 10000"},
		"a cap that is no number":         {"5m", "5m\n  max_rows: many", `own.yaml:7: carts: "max_rows" cannot be read; hint: write a whole number`},
		"no query":                        {"sql: |", "sql: ''\n  help: |", "own.yaml:7: carts: the query is missing"},
		"a query that writes":             {"FROM cart GROUP BY status", "INTO copied FROM cart", "own.yaml:9: carts: INTO writes; hint: a KPI only reads"},
		"a query on the line of its key":  {"|\n    SELECT status, count(*) AS value\n    FROM cart GROUP BY status", "DELETE FROM cart", `own.yaml:7: carts: the query begins with "delete"`},
		"an entry that is no mapping":     {"- name: carts\n  help", "- carts\n- help", "own.yaml:2: (entry without a name): an entry has keys with values"},
		"a document that is no list":      {good, "carts: 1\n", "own.yaml:1: this is not a list of KPIs"},
		"a second document":               {"GROUP BY status\n", "GROUP BY status\n---\n[]\n", "own.yaml: there is a second document"},
		"a tab in the indentation":        {"  unit:", "\tunit:", "own.yaml: reading YAML: "},
		"a name to disable that is not":   {good, "\n- name: gmw\n  disabled: true\n", "own.yaml:3: gmw: there is no shipped KPI of this name to disable"},
		"a second entry of the same name": {good, good + good[1:], "own.yaml:10: carts: the name is taken at line 2"},
	}
	for says, c := range cases {
		t.Run(says, func(t *testing.T) {
			require.Contains(t, good, c.from)
			_, err := loadOwn(t, strings.Replace(good, c.from, c.to, 1))
			require.ErrorContains(t, err, c.want)
			require.NotContains(t, err.Error(), "panic")
		})
	}
}

// loadOwn loads the shipped KPIs with a file of the operator's over them, called own.yaml in errors.
func loadOwn(t *testing.T, text string) ([]Definition, error) {
	t.Helper()
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("own.yaml", []byte(text), 0o600))
	config := testConfig()
	config.File = "own.yaml"
	return config.Load()
}

func TestAllThatIsWrongIsSaidAtOnce(t *testing.T) {
	_, err := loadOwn(t, `
- name: a
  unit: users
- name: B
  help: Help.
  unit: users
  interval: 1m
  sql: DROP TABLE users
`)
	require.EqualError(t, err, strings.Join([]string{
		`own.yaml:2: a: the interval is missing; hint: add "interval: 5m"; the costlier the query, the longer`,
		`own.yaml:2: a: the query is missing; hint: add "sql: |" and the query below, indented`,
		`own.yaml:2: a: the help is missing; hint: say in a sentence what is counted`,
		`own.yaml:4: B: the name is not valid; hint: use lower-case words, digits and single underscores`,
		`own.yaml:8: B: the query begins with "drop"; hint: ` + onlyReads,
	}, "\n"))
}

func TestAnEntryGetsWhatItLeavesOut(t *testing.T) {
	definitions, err := loadOwn(t, good)
	require.NoError(t, err)
	carts := definitions[len(definitions)-1]
	require.Equal(t, Definition{
		Name: "carts", Help: "Carts now.", Unit: "carts", Labels: []string{"status"},
		Interval: 5 * time.Minute, MaxAge: 15 * time.Minute, Timeout: 30 * time.Second, MaxRows: 200,
		SQL: "SELECT status, count(*) AS value\nFROM cart GROUP BY status\n", File: "own.yaml", Line: 2,
	}, carts)
	require.Equal(t, "marketplace_carts", carts.Metric())
	require.Equal(t, "own.yaml:2", carts.Place())
}

func TestADefaultTimeoutNeverOutlastsTheInterval(t *testing.T) {
	definitions, err := loadOwn(t, strings.Replace(good, "5m", "15s", 1))
	require.NoError(t, err)
	require.Equal(t, 15*time.Second, definitions[len(definitions)-1].Timeout)
}

func TestTheOperatorsFileLiesOverTheShippedOne(t *testing.T) {
	shipped, err := testConfig().Load()
	require.NoError(t, err)
	merged, err := loadOwn(t, good+`
- name: users
  help: Accounts of ours.
  unit: users
  interval: 1h
  sql: SELECT 1 AS value
- name: gmv
  disabled: true
`)
	require.NoError(t, err)
	require.Len(t, merged, len(shipped)) // one more, one less
	require.Equal(t, "Accounts of ours.", named(merged, "users").Help)
	require.Empty(t, named(merged, "users").Labels)
	require.Empty(t, named(merged, "gmv").Name)
	require.NotEmpty(t, named(merged, "carts").Name)
	require.NotEmpty(t, named(merged, "paid_orders").Name)
}

func named(definitions []Definition, name string) Definition {
	for _, d := range definitions {
		if d.Name == name {
			return d
		}
	}
	return Definition{}
}

func TestAFileThatIsMissingSaysWhereToLook(t *testing.T) {
	config := testConfig()
	config.File = filepath.Join(t.TempDir(), "none.yaml")
	_, err := config.Load()
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorContains(t, err, "hint: check --kpi.file")
}

func TestAFileOfCommentsChangesNothing(t *testing.T) {
	shipped, err := testConfig().Load()
	require.NoError(t, err)
	merged, err := loadOwn(t, "# nothing yet\n")
	require.NoError(t, err)
	require.Equal(t, shipped, merged)
}

// The names and labels are a contract: rules, boards and other people's queries know them.
func TestShippedKPIsAreThoseThatRulesAndBoardsKnow(t *testing.T) {
	definitions, err := testConfig().Load()
	require.NoError(t, err)
	got := map[string]string{}
	for _, d := range definitions {
		got[d.Name] = strings.Join(d.Labels, " ")
	}
	require.Equal(t, map[string]string{
		"active_users": "window", "users": "status", "user_registrations": "window",
		"retention_cohort_users": "day", "retention_retained_users": "day",
		"churn_base_users": "", "churned_users": "",
		"prompts": "status", "prompts_uploaded": "window",
		"prompts_verified": "window", "prompt_verifications": "status window", "prompt_verification_mean_seconds": "window",
		"prompt_verifications_pending": "", "prompt_verification_oldest_pending_seconds": "",
		"category_paid_orders": "category window", "category_prompts": "category",
		"gmv": "currency window", "paid_orders": "currency window",
		"payments": "provider status window", "payments_by_method": "method window",
		"refunds": "currency window", "refunded": "currency window", "commission": "currency window",
		"mrr": "currency", "subscriptions": "tier interval",
		"settlements": "status", "settlement_payout": "currency status", "settlement_period_end_timestamp_seconds": "",
		"emails": "status window", "email_oldest_pending_seconds": "", "files": "status",
	}, got)
}
