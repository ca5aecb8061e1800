// Package intake receives deliveries over HTTP: it checks their size, their signature and their form, inflates them and hands
// them to the drain that they are for. What is in a row is no concern of it.
package intake

import "github.com/aimarketplace/monitoring/exporter/vercel/batch"

// Form is how a body is written.
type Form int

// The forms there are.
const (
	JSON     Form = iota // an array, an object, or objects line by line
	Protobuf             // OTLP
)

// Drain is what takes the rows of one kind. It is safe for concurrent use.
type Drain interface {
	// Name is the value of the drain label.
	Name() string

	// Path is where deliveries come in, such as /vercel/logs.
	Path() string

	// Forms are those that Take can read.
	Forms() []Form

	// Take counts the rows of a body that is signed and inflated, and says what became of them. With an error, which is
	// batch.ErrMalformed or batch.ErrTooMany, nothing was counted. The body is only good until Take returns.
	Take(body []byte, form Form) (batch.Tally, error)
}
