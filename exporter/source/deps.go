package source

import (
	"context"
	"log/slog"

	"github.com/alecthomas/kingpin/v2"

	"github.com/aimarketplace/monitoring/exporter/check"
	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/inbound"
)

// Deps is what the exporter gives to every source.
type Deps struct {
	Logger    *slog.Logger
	Databases database.Config
	Inbound   *inbound.Server // where webhook senders register their endpoints
}

// Module is what the package of a source offers to the exporter: its flags, and the source that
// they configure.
type Module interface {
	// Register adds the flags of the source to app.
	Register(app *kingpin.Application)

	// Open returns the source that the flags configure. It does not connect. The error names the
	// flag or file at fault and never contains a secret.
	Open(deps Deps) (Source, error)
}

// The capabilities that a source may have beyond [Source]. A source that has one asserts it at
// compile time, so that a mistyped method cannot be ignored:
//
//	var _ source.Runner = (*Source)(nil)
type (
	// Runner works in the background until ctx ends.
	Runner interface{ Run(ctx context.Context) }

	// Reloader reads its files again. With an error, the previous configuration stays in force.
	Reloader interface{ Reload() error }

	// Closer releases what the source holds, such as connections.
	Closer interface{ Close() }

	// Checker reports what works and what does not, for the command check.
	Checker interface {
		Check(ctx context.Context) []check.Finding
	}

	// Optional is a source that may be turned off. One that is not enabled is described but never
	// collected.
	Optional interface{ Enabled() bool }
)
