package simulate

import (
	"math"
	"time"

	"github.com/aimarketplace/monitoring/tools/shops/evaluate"
)

// Interval is the time between two scrapes.
const Interval = 30 * time.Second

// Simulation is the state of a shop while time passes.
type Simulation struct {
	shop      Shop
	random    random
	demand    float64 // logarithm of the deviation from the season, which changes slowly
	exporters []*exporter
	endpoints []endpoint
	payments  []provider
	emails    ledger
	database  database
	collected time.Time // when the database was last queried
	affected  float64   // requests, payments and emails that an incident has affected
}

// New starts a shop whose series go to the store.
func New(shop Shop, store *evaluate.Store, seed uint64) *Simulation {
	s := &Simulation{
		shop: shop, random: newRandom(seed), endpoints: endpoints(shop), emails: newLedger(),
		payments: []provider{{"stripe", 0.8, newLedger()}, {"toss", 0.2, newLedger()}},
	}
	for _, instance := range []string{"exporter-0", "exporter-1"} {
		s.exporters = append(s.exporters, newExporter(store, instance))
	}
	return s
}

// Clone returns a copy that can continue independently, with the same random numbers.
func (s *Simulation) Clone() *Simulation {
	clone := *s
	clone.affected = 0
	clone.emails = s.emails.clone()
	clone.exporters, clone.payments = nil, nil
	for _, e := range s.exporters {
		clone.exporters = append(clone.exporters, e.clone())
	}
	for _, p := range s.payments {
		clone.payments = append(clone.payments, provider{p.name, p.share, p.clone()})
	}
	return &clone
}

// Affected returns how many requests, payments and emails incidents have affected since the
// simulation was cloned.
func (s *Simulation) Affected() float64 { return s.affected }

// Tick simulates the time until a scrape and appends the scrape. The incident may be nil.
func (s *Simulation) Tick(store *evaluate.Store, at time.Time, incident *Incident) {
	c := s.shop.ordinary(at)
	minute := at.Second() == 0
	if minute {
		s.demand = 0.9*s.demand + 0.05*s.random.normal()
	}
	c.traffic *= math.Exp(s.demand)
	if incident != nil {
		incident.change(&c)
	}
	up := s.restarts(at, c)
	s.serve(at, c, up)
	if minute {
		s.sell(c)
		s.database.tick(&s.random, s.shop, at, c)
		if s.database.nearlyFull() {
			s.affected++
		}
	}
	for i, e := range s.exporters {
		if minute {
			clear(e.gauges)
			s.expose(e, at, c)
		}
		e.scrape(store, at, up[i])
	}
}

// restarts returns which exporters are up. Each restarts once a week, on another day.
func (s *Simulation) restarts(at time.Time, c conditions) []bool {
	up := make([]bool, len(s.exporters))
	for i, e := range s.exporters {
		restart := int(at.Weekday()) == i+2 && at.Hour() == 10 && at.Minute() < 2
		if restart || c.exportersDown {
			e.restart()
		}
		up[i] = !restart && !c.exportersDown
	}
	return up
}

// expose sets the gauges of an exporter. Both of the pair read the same database.
func (s *Simulation) expose(e *exporter, at time.Time, c conditions) {
	s.exposeSources(e, at, c)
	s.exposeBusiness(e, at)
	if !c.databaseDown {
		s.database.expose(e, s.shop, at, c)
	}
}
