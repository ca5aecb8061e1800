package rules_test

import (
	"cmp"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/aimarketplace/monitoring/rules"
)

// TestStories runs every story against the rules and against mutants of them. A mutant that no
// story notices is a comparison, a window or a threshold that could be wrong without a failing test.
//
// Short stories come first: most mutants are killed by one of them and never run in a long one.
func TestStories(t *testing.T) {
	t.Parallel()
	bundle := load(t)
	mutants := allMutants(t, bundle)
	trials := allTrials(t, bundle)
	var mutex sync.Mutex
	queue, finished := trials, 0
	work := func() {
		for {
			mutex.Lock()
			if len(queue) == 0 {
				mutex.Unlock()
				return
			}
			next := queue[0]
			queue = queue[1:]
			alive := slices.DeleteFunc(slices.Clone(mutants), func(m *mutant) bool { return m.killed || !next.concerns(m) })
			mutex.Unlock()
			t.Run(next.name, func(t *testing.T) {
				started := time.Now()
				killed := next.run(t, alive)
				t.Logf("TRIAL %s: %d stories, %d alive, %d killed, %v", next.name, len(next.file.Tests), len(alive), len(killed), time.Since(started))
				mutex.Lock()
				defer mutex.Unlock()
				finished++
				for _, m := range killed {
					m.killed = true
				}
			})
		}
	}
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(work)
	}
	workers.Wait()
	if finished < len(trials) {
		return // with -run, or after a failure
	}
	survived := 0
	for _, m := range mutants {
		if !m.killed {
			survived++
			t.Errorf("no story notices %s", m)
		}
	}
	t.Logf("%d mutants, %d survivors", len(mutants), survived)
}

// allTrials returns the stories of a file by subject, the short ones together and the long ones
// one by one.
func allTrials(t *testing.T, bundle rules.Bundle) []trial {
	t.Helper()
	const long = 3 * time.Hour
	var trials []trial
	for _, path := range glob(t, stories) {
		file := readStories(t, path)
		short := map[string][]story{}
		for _, s := range file.Tests {
			subject, _ := subject(s.Name)
			subject = cmp.Or(subject, s.Name)
			if s.length(t) > long {
				alone := file
				alone.Tests = []story{s}
				trials = append(trials, newTrial(bundle, filepath.Base(path)+"/"+s.Name, alone))
				continue
			}
			short[subject] = append(short[subject], s)
		}
		for subject, tests := range short {
			together := file
			together.Tests = tests
			trials = append(trials, newTrial(bundle, filepath.Base(path)+"/"+subject, together))
		}
	}
	slices.SortStableFunc(trials, func(a, b trial) int { return cmp.Compare(a.cost(t), b.cost(t)) })
	return trials
}
