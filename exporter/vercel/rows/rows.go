// Package rows is the drain of rows that have no id: what browsers tell of themselves, to Speed Insights and to Web Analytics.
package rows

import (
	"sync"

	"github.com/aimarketplace/monitoring/exporter/vercel/batch"
	"github.com/aimarketplace/monitoring/exporter/vercel/bound"
	"github.com/aimarketplace/monitoring/exporter/vercel/intake"
	"github.com/aimarketplace/monitoring/exporter/vercel/seen"
)

// Options are what a drain needs.
type Options struct {
	MaxRows int                 // of a delivery
	Lists   func() *bound.Lists // what a label may say; asked once a delivery
	Seen    *seen.Window        // remembers rows
}

// Kind is what one drain does otherwise than another. R is what it counts of a row; nothing in it points into the delivery.
type Kind[R any] struct {
	Name, Path string
	NewReader  func() Reader[R]
	Count      func(R, *bound.Lists)
}

// Reader makes of a row what is counted of it, or a batch.RowError. It reads rows with the same memory.
type Reader[R any] interface {
	Read(row []byte, lists *bound.Lists) (R, error)
}

// Drain is an intake.Drain.
type Drain[R any] struct {
	kind    Kind[R]
	options Options
	readers sync.Pool // of Reader[R]
}

// New returns a drain that has counted nothing.
func New[R any](kind Kind[R], options Options) *Drain[R] {
	return &Drain[R]{kind: kind, options: options, readers: sync.Pool{New: func() any { return kind.NewReader() }}}
}

// Name implements intake.Drain.
func (d *Drain[R]) Name() string { return d.kind.Name }

// Path implements intake.Drain.
func (d *Drain[R]) Path() string { return d.kind.Path }

// Forms implements intake.Drain.
func (d *Drain[R]) Forms() []intake.Form { return []intake.Form{intake.JSON} }

// keyed is a row that may have been before.
type keyed[R any] struct {
	key seen.Key
	row R
}

// Take implements intake.Drain.
//
// A row is known by all that it says, the moment, the device and the session among it: two browsers that did the same at the
// same time still differ in something.
func (d *Drain[R]) Take(body []byte, _ intake.Form) (batch.Tally, error) {
	lists := d.options.Lists()
	reader := d.readers.Get().(Reader[R])
	defer d.readers.Put(reader)
	all, tally, err := batch.Decode(body, d.options.MaxRows, func(text []byte) (keyed[R], error) {
		row, err := reader.Read(text, lists)
		return keyed[R]{d.options.Seen.Key('b', []byte(d.kind.Name), text), row}, err
	})
	if err != nil {
		return batch.Tally{}, err
	}
	for _, k := range all {
		if !d.options.Seen.Add(k.key) {
			tally.Duplicates++
			continue
		}
		tally.Counted++
		d.kind.Count(k.row, lists)
	}
	return tally, nil
}
