package alertmanager_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/alertmanager"
)

const maintenanceAlert = "MaintenanceActive"

// unplanned lists the alerts that maintenance does not inhibit: data loss and security.
func unplanned() []string {
	return []string{"CoreRowsLost", "ChecksumFailures", "RowSecurityMissing", "LoginsRejected"}
}

// Each alert of the rules fires alone in two environments: one with maintenance of its component, and
// one with maintenance of all others.
func TestMaintenanceInhibitsItsComponentOnly(t *testing.T) {
	require.Contains(t, inhibitions(t, alertmanager.ConfigFile)[0].Sources[0], maintenanceAlert)
	components := []string{"website", "api", "payments", "uploads", "email", "database"}
	var alerts []postedAlert
	want := map[string]string{}
	post := func(name, severity, component, environment, state string) {
		id := name + " of " + component + " in " + environment
		a := with(alert(name, severity, component), "environment", environment)
		alerts = append(alerts, with(a, "id", id))
		want[id] = state
	}
	postBoth := func(name, severity, component string) {
		here, elsewhere := name+" "+component, name+" beside "+component
		for _, c := range components {
			if c == component {
				post(maintenanceAlert, "P3", c, here, "active")
			} else {
				post(maintenanceAlert, "P3", c, elsewhere, "active")
			}
		}
		muted := "suppressed"
		if slices.Contains(unplanned(), name) || !slices.Contains(components, component) {
			muted = "active"
		}
		post(name, severity, component, here, muted)
		post(name, severity, component, elsewhere, "active")
	}
	for _, r := range loadRules(t) {
		switch {
		case r.Alert == maintenanceAlert:
		case r.Labels["component"] == "{{ $labels.component }}":
			for _, component := range components {
				postBoth(r.Alert, r.Labels["severity"], component)
			}
		default:
			postBoth(r.Alert, r.Labels["severity"], r.Labels["component"])
		}
	}
	for _, name := range unplanned() {
		require.Contains(t, loadCatalog(t), name)
	}
	chain := startChain(t, 1)
	chain.send(t, alerts...)
	chain.requireStates(t, "id", want)
}

// Maintenance of the database mutes its outage, and neither lost rows nor an outage of the website.
func TestMaintenanceMutesPages(t *testing.T) {
	chain := startChain(t, speedup)
	chain.send(t, production(maintenanceAlert, "P3", "database"), production(maintenanceAlert, "P3", "api"))
	require.Contains(t, await(t, &chain.got.Slack, 1)[0].Attachments[0].Title, "MaintenanceActive ×2")
	down := production("DatabaseDown", "P0", "database")
	chain.send(t, down)
	chain.awaitSuppressed(t, "inhibition", 2)
	chain.send(t, production("WebsiteDown", "P0", "website"), production("CoreRowsLost", "P0", "database"))
	paged := []string{}
	for _, event := range await(t, &chain.got.PagerDuty, 2) {
		paged = append(paged, event.Payload.Class)
	}
	require.ElementsMatch(t, []string{"WebsiteDown", "CoreRowsLost"}, paged)

	chain.send(t, resolved(production(maintenanceAlert, "P3", "database")))
	require.Contains(t, await(t, &chain.got.PagerDuty, 3)[2].Payload.Class, "DatabaseDown", "its cause goes on after the end")
}
