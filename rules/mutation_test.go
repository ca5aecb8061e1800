package rules_test

import (
	"cmp"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/rules"
)

// TestStories runs every story against the rules and against mutants of them. A mutant that no
// story detects is a comparison, a window or a threshold that could be wrong without a failing
// test. With -short, it runs the stories alone. The environment variable MUTANTS limits it to the
// mutants whose description matches a regular expression, and to their stories.
func TestStories(t *testing.T) {
	t.Parallel()
	bundle := load(t)
	run := mutationRun{queue: allTrials(t, bundle)}
	if !testing.Short() {
		run.mutants = mustDie(t, allMutants(t, bundle))
	}
	if pattern := os.Getenv("MUTANTS"); pattern != "" {
		run.limit(regexp.MustCompile(pattern))
	}
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() { run.work(t) })
	}
	workers.Wait()
	if run.skipped {
		return
	}
	for _, m := range run.mutants {
		if !m.killed {
			t.Errorf("no story detects %s", m)
		}
	}
	t.Logf("%d mutants", len(run.mutants))
}

// mutationRun shares the mutants between trials: each trial runs only those that no earlier trial
// has killed.
type mutationRun struct {
	mutex   sync.Mutex
	queue   []trial
	mutants []*mutant
	skipped bool // a trial did not finish, so surviving mutants prove nothing
}

// limit keeps the mutants that match and the trials that concern one of them.
func (r *mutationRun) limit(pattern *regexp.Regexp) {
	r.mutants = slices.DeleteFunc(r.mutants, func(m *mutant) bool { return !pattern.MatchString(m.String()) })
	r.queue = slices.DeleteFunc(r.queue, func(next trial) bool { return !slices.ContainsFunc(r.mutants, next.concerns) })
}

func (r *mutationRun) work(t *testing.T) {
	for {
		next, alive, found := r.next()
		if !found {
			return
		}
		finished := false
		t.Run(next.name, func(t *testing.T) {
			killed := next.run(t, alive)
			t.Logf("%d of %d mutants killed", len(killed), len(alive))
			r.kill(killed)
			finished = true
		})
		if !finished {
			r.skip()
		}
	}
}

func (r *mutationRun) next() (next trial, alive []*mutant, found bool) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if len(r.queue) == 0 {
		return trial{}, nil, false
	}
	next, r.queue = r.queue[0], r.queue[1:]
	for _, m := range r.mutants {
		if !m.killed && next.concerns(m) {
			alive = append(alive, m)
		}
	}
	return next, alive, true
}

func (r *mutationRun) kill(mutants []*mutant) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for _, m := range mutants {
		m.killed = true
	}
}

func (r *mutationRun) skip() {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.skipped = true
}

// allTrials returns the stories of a file by alert: the short ones together and the long ones one
// by one, since short stories kill most mutants. Cheap trials come first.
func allTrials(t *testing.T, bundle rules.Bundle) []trial {
	t.Helper()
	const long = 3 * time.Hour
	var trials []trial
	for _, path := range glob(t, stories) {
		file := readStories(t, path)
		short := map[string][]story{}
		for _, s := range file.Tests {
			alert, _ := subject(s.Name)
			if alert == "" || s.length(t) > long {
				alone := file
				alone.Tests = []story{s}
				trials = append(trials, newTrial(bundle, filepath.Base(path)+"/"+s.Name, alone))
				continue
			}
			short[alert] = append(short[alert], s)
		}
		for alert, tests := range short {
			together := file
			together.Tests = tests
			trials = append(trials, newTrial(bundle, filepath.Base(path)+"/"+alert, together))
		}
	}
	for _, trial := range trials {
		require.NotEmpty(t, trial.groups, "%s tests no rule", trial.name)
	}
	slices.SortStableFunc(trials, func(a, b trial) int {
		return cmp.Or(cmp.Compare(a.cost(t), b.cost(t)), cmp.Compare(a.name, b.name))
	})
	return trials
}
