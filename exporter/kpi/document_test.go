package kpi

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestShippedFileIsValid(t *testing.T) {
	shipped, err := decode(shippedName, shippedText)
	require.NoError(t, err)
	_, err = merge(shipped.KPIs, document{})
	require.NoError(t, err)
}

func TestFileSelectsShippedKPIs(t *testing.T) {
	all, err := testConfig().Load()
	require.NoError(t, err)
	for text, want := range map[string][]string{
		"shipped: none":                         nil,
		"shipped: []":                           nil,
		"shipped: [gmv, users]":                 {"users", "gmv"},
		"shipped: [users]\nkpis: [{name: gmv}]": {"users", "gmv"},
		"shipped: none\n" + good:                {"carts"},
		"shipped: none\nkpis: [{name: x, sql: SELECT 1, help: H., unit: things, interval: 1m}]": {"x"},
	} {
		definitions, err := loadOwn(t, text)
		require.NoError(t, err, text)
		require.Equal(t, want, names(definitions), text)
	}
	definitions, err := loadOwn(t, "shipped: all")
	require.NoError(t, err)
	require.Equal(t, all, definitions)
	_, err = loadOwn(t, "\nshipped: [users, gmw]")
	require.EqualError(t, err, "own.yaml:2: gmw: no shipped KPI has this name; hint: compare the name with docs/metrics.md, without marketplace_")
	_, err = loadOwn(t, "shipped: some")
	require.ErrorContains(t, err, `own.yaml:1: `)
	require.ErrorContains(t, err, `"some" is not all, none or a list of names; hint: write a list such as [users, gmv]`)
}

func names(definitions []Definition) (all []string) {
	for _, d := range definitions {
		all = append(all, d.Name)
	}
	return all
}

func TestEntryOverridesSingleFields(t *testing.T) {
	shipped, err := testConfig().Load()
	require.NoError(t, err)
	definitions, err := loadOwn(t, "kpis:\n- name: gmv\n  interval: 10m\n")
	require.NoError(t, err)
	require.Equal(t, names(shipped), names(definitions))
	before, after := named(shipped, "gmv"), named(definitions, "gmv")
	require.Equal(t, 10*time.Minute, after.Interval)
	require.Equal(t, 30*time.Minute, after.MaxAge, "the default follows the interval")
	require.Equal(t, "own.yaml:2", after.Place())
	require.Contains(t, after.placeOf(1), "kpis.yaml:", "the query is the shipped one")
	require.False(t, after.own, "a query that the database cannot run does not reject the file")
	after.Interval, after.MaxAge = before.Interval, before.MaxAge
	require.True(t, before.equal(after))

	_, err = loadOwn(t, "kpis:\n- name: active_users\n  interval: 1m\n")
	require.EqualError(t, err, "own.yaml:2: active_users: the timeout of 2m is longer than the interval; hint: use a longer interval")
}

func TestSettings(t *testing.T) {
	definitions, err := loadOwn(t, "settings: {money: minor, timestamps: timestamptz, schema: Shop, timezone: Europe/Berlin}")
	require.NoError(t, err)
	d := named(definitions, "gmv")
	require.Equal(t, Settings{Money: minor, Timestamps: timestamptz, Schema: "Shop", TimeZone: "Europe/Berlin"}, d.Settings)
	require.Equal(t, 100.0, d.divisor())
	require.Equal(t, 1.0, named(definitions, "mrr").divisor(), "prices of plans are in major units")
	require.Equal(t, 1.0, named(definitions, "paid_orders").divisor(), "not an amount")
	require.Equal(t, "Europe/Berlin", d.limits().Settings["timezone"])
	require.Equal(t, `"Shop"`, d.limits().Settings["search_path"])

	_, err = loadOwn(t, "settings:\n  money: cents\n  timestamps: local\n  timezone: KST\n  currency: KRW\n")
	require.EqualError(t, err, "own.yaml:5: settings: field currency not found; hint: the settings are money, timestamps, schema and timezone")
	_, err = loadOwn(t, "settings:\n  money: cents\n  timestamps: local\n  timezone: KST+9\n")
	require.EqualError(t, err, strings.Join([]string{
		`own.yaml:2: settings: money is "cents"; hint: use major or minor`,
		`own.yaml:3: settings: timestamps is "local"; hint: use utc or timestamptz`,
		`own.yaml:4: settings: "KST+9" is not a time zone; hint: a name of the IANA database, such as Asia/Seoul or UTC, not an abbreviation or an offset`,
	}, "\n"))
}

func TestListIsNoKPIFile(t *testing.T) {
	_, err := loadOwn(t, "- name: gmv\n")
	require.EqualError(t, err, `own.yaml:1: the file is not a mapping; hint: the keys are settings, shipped and kpis; write the list of KPIs below "kpis:"`)
}
