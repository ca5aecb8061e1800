package alertmanager_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/receivers"
)

// escalationSpeedup makes the 5 minutes of the secondary 3 s and the 15 minutes of the manager 9 s.
const escalationSpeedup = 100

func TestUnacknowledgedP0IsEscalated(t *testing.T) {
	t.Parallel()
	chain := startChain(t, escalationSpeedup)
	access := chain.got.Access()
	down := production("DatabaseDown", "P0", "database")
	sent := time.Now()
	chain.send(t, down, production("LockQueue", "P1", "database"))
	require.Equal(t, "P0 DatabaseDown (database): Summary of DatabaseDown", await(t, &chain.got.Texts, 1)[0].Message)

	escalated := receivers.TextMessage{
		Phone: access.SecondaryPhone, Message: "P0 UNACKNOWLEDGED DatabaseDown (database): Summary of DatabaseDown",
		Attributes: map[string]string{"AWS.SNS.SMS.SMSType": "Transactional"},
	}
	require.Equal(t, []receivers.TextMessage{escalated}, await(t, &chain.got.Escalations, 1))
	require.GreaterOrEqual(t, time.Since(sent), 3*time.Second)
	require.Equal(t, access.ManagerPhone, await(t, &chain.got.Escalations, 2)[1].Phone)
	require.GreaterOrEqual(t, time.Since(sent), 9*time.Second)

	chain.send(t, resolved(down))
	var ends []string
	for _, m := range await(t, &chain.got.Escalations, 4)[2:] {
		require.Equal(t, "P0 RESOLVED DatabaseDown (database): Summary of DatabaseDown", m.Message)
		ends = append(ends, m.Phone)
	}
	require.ElementsMatch(t, []string{access.SecondaryPhone, access.ManagerPhone}, ends)
}

// Four alerts share all labels but server. The first is acknowledged, the second resolves, and the
// third is not acknowledged. The fourth fires when the first has been escalated already, and waits
// as long as the others.
func TestEachP0IsEscalatedUnlessAcknowledgedOrResolved(t *testing.T) {
	t.Parallel()
	chain := startChain(t, escalationSpeedup)
	server := func(name string) postedAlert {
		a := with(production("DatabaseDown", "P0", "database"), "server", name)
		a.Annotations["summary"] = name
		return a
	}
	escalated := func(name string) (phones []string) {
		for _, m := range chain.got.Escalations.All() {
			if m.Message == "P0 UNACKNOWLEDGED DatabaseDown (database): "+name {
				phones = append(phones, m.Phone)
			}
		}
		slices.Sort(phones)
		return phones
	}
	chain.send(t, server("acknowledged"), server("ended"), server("ignored"))
	await(t, &chain.got.Texts, 1)
	chain.silenceLabel(t, "server", "acknowledged")
	chain.send(t, resolved(server("ended")))
	await(t, &chain.got.Escalations, 1)
	sent := time.Now()
	chain.send(t, server("late"))
	eventually(t, func() bool { return len(escalated("late")) == 1 }, "the secondary learns of the late alert")
	require.GreaterOrEqual(t, time.Since(sent), 3*time.Second)
	eventually(t, func() bool { return len(escalated("late")) == 2 }, "the manager learns of the late alert")

	access := chain.got.Access()
	both := []string{access.SecondaryPhone, access.ManagerPhone}
	require.Equal(t, both, escalated("late"))
	require.Equal(t, both, escalated("ignored"))
	require.Len(t, chain.got.Escalations.All(), 4, "neither about the acknowledged alert nor about the end of one")
}

// A response is due within 5 minutes. The secondary is notified no earlier, so that the primary has
// that time.
func TestEscalationFollowsTheResponseTime(t *testing.T) {
	config := loadShipped(t)
	require.Equal(t, objectives()["P0"].response, config.routeTo(t, "P0-secondary").GroupWait.Duration)
	require.Equal(t, 15*time.Minute, config.routeTo(t, "P0-manager").GroupWait.Duration)
	for _, receiver := range []string{"P0-secondary", "P0-manager"} {
		require.Equal(t, []string{"..."}, config.routeTo(t, receiver).GroupBy, "each alert has a time of its own")
	}
}
