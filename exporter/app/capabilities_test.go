package app

import (
	"log/slog"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/source"
)

func newApp(t *testing.T, args ...string) *App {
	t.Helper()
	config, _, err := Parse(append([]string{"--database.url=postgres://u@127.0.0.1:1/d"}, args...), t.Output(), t.Output())
	require.NoError(t, err)
	a, err := New(config, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(a.Close)
	return a
}

// TestEveryMethodOfASourceBelongsToACapability finds methods that nothing calls because their name
// or signature is mistyped.
func TestEveryMethodOfASourceBelongsToACapability(t *testing.T) {
	interfaces := []reflect.Type{
		reflect.TypeFor[source.Source](), reflect.TypeFor[source.Runner](), reflect.TypeFor[source.Reloader](),
		reflect.TypeFor[source.Closer](), reflect.TypeFor[source.Checker](), reflect.TypeFor[source.Optional](), reflect.TypeFor[source.Settler](),
		reflect.TypeFor[source.Polled](),
	}
	others := map[string][]string{"kpi": {"Definitions"}}
	for _, s := range newApp(t).sources {
		called := slices.Clone(others[s.Name()])
		implementation := reflect.TypeOf(s)
		for _, i := range interfaces {
			for n := range i.NumMethod() {
				if implementation.Implements(i) {
					called = append(called, i.Method(n).Name)
				}
			}
		}
		for n := range implementation.NumMethod() {
			require.Contains(t, called, implementation.Method(n).Name,
				"%s: hint: give the method the signature of a capability of package source, or unexport it", implementation)
		}
	}
}
