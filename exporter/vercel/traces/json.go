package traces

import (
	"github.com/aimarketplace/monitoring/exporter/vercel/batch"
)

// readJSON reads OTLP's JSON, one request or several of them. It is read here, since the decoders that there are do not take
// the kind of a span as a word, which is how Vercel writes it.
func (t *take) readJSON(body []byte) error {
	var tooMany error
	_, tally, err := batch.Decode(body, t.most, func(text []byte) (struct{}, error) {
		if tooMany != nil {
			return struct{}{}, nil
		}
		var rejection error
		tooMany, rejection = t.readRequest(text)
		return struct{}{}, rejection
	})
	if err == nil {
		err = tooMany
	}
	for reason, rows := range tally.Rejected {
		for range rows {
			t.tally.Reject(reason)
		}
	}
	return err
}

// readRequest reads an ExportTraceServiceRequest. A rejection is of all of it.
func (t *take) readRequest(text []byte) (tooMany, rejection error) {
	found, isList := false, true
	t.json.begin(text)
	t.json.object(func(name []byte) {
		switch string(name) {
		case "resourceSpans", "resource_spans":
			found = true
			isList = t.json.array(func() { t.readResource(&tooMany) })
		default:
			t.json.skip()
		}
	})
	switch {
	case !found:
		rejection = batch.Rejected(batch.Missing)
	case !isList:
		rejection = batch.Rejected(batch.WrongType)
	}
	return tooMany, rejection
}

func (t *take) readResource(tooMany *error) {
	first := len(t.entries)
	var resource attributes
	scope := func() {
		isObject := t.json.object(func(name []byte) {
			switch string(name) {
			case "spans":
				if !t.json.array(func() { t.readSpan(tooMany) }) {
					t.tally.Reject(batch.WrongType)
				}
			default:
				t.json.skip()
			}
		})
		if !isObject {
			t.tally.Reject(batch.WrongType)
		}
	}
	isObject := t.json.object(func(name []byte) {
		switch string(name) {
		case "resource":
			t.json.object(func(name []byte) {
				if string(name) == "attributes" {
					t.readAttributes(&resource)
				} else {
					t.json.skip()
				}
			})
		case "scopeSpans", "scope_spans":
			if !t.json.array(scope) {
				t.tally.Reject(batch.WrongType)
			}
		default:
			t.json.skip()
		}
	})
	if !isObject {
		t.tally.Reject(batch.WrongType)
	}
	t.locate(first, &resource)
}
