// Package browser counts what browsers report: web vitals, from the drain of Speed Insights, and
// page views and custom events, from the drain of Web Analytics.
//
// The rows of both drains have no id, so a row is a duplicate if an equal row was counted before.
// Its timestamp, device and session make it unique.
package browser

import (
	"sync"

	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/exporter/vercel/allow"
	"github.com/aimarketplace/monitoring/exporter/vercel/row"
)

// drain is a row.Handler. R is a decoded row; it must not point into the delivery.
type drain[R any] struct {
	options row.Options
	kind    row.Kind
	readers sync.Pool // of reader[R]
	count   func(R, *allow.Lists)
}

// reader decodes rows, and reuses its memory.
type reader[R any] interface {
	// read returns the row, and why it is invalid.
	read(text []byte, lists *allow.Lists) (R, row.Reason)
}

func newDrain[R any](options row.Options, kind row.Kind, newReader func() reader[R], count func(R, *allow.Lists)) *drain[R] {
	return &drain[R]{options: options, kind: kind, readers: sync.Pool{New: func() any { return newReader() }}, count: count}
}

// keyed is a row with its dedupe key.
type keyed[R any] struct {
	key inbound.Key
	row R
}

// Handle implements row.Handler.
func (d *drain[R]) Handle(body []byte, _ inbound.Format) (row.Tally, error) {
	lists := d.options.Lists()
	reader := d.readers.Get().(reader[R])
	defer d.readers.Put(reader)
	var rows []keyed[R]
	tally, err := row.Decode(body, d.kind, d.options.MaxRows, func(text []byte) row.Reason {
		decoded, invalid := reader.read(text, lists)
		if invalid == "" {
			rows = append(rows, keyed[R]{d.options.Dedupe.Key("vercel."+string(d.kind), text), decoded})
		}
		return invalid
	})
	if err != nil {
		return row.Tally{}, err
	}
	for _, r := range rows {
		if !d.options.Dedupe.Add(r.key) {
			tally.Duplicates++
			continue
		}
		tally.Counted++
		d.count(r.row, lists)
	}
	return tally, nil
}
