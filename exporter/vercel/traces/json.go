package traces

import (
	"github.com/aimarketplace/monitoring/exporter/vercel/row"
)

// decodeJSON decodes OTLP in JSON: one request or several. Existing decoders reject the kind of a
// span as a word, which is how Vercel writes it.
func (v *delivery) decodeJSON(body []byte) error {
	var tooMany error
	_, tally, err := row.Decode(body, v.maxSpans, func(text []byte) (struct{}, error) {
		if tooMany != nil {
			return struct{}{}, nil
		}
		var invalid error
		tooMany, invalid = v.decodeRequest(text)
		return struct{}{}, invalid
	})
	if err == nil {
		err = tooMany
	}
	for reason, rows := range tally.Invalid {
		for range rows {
			v.tally.Reject(reason)
		}
	}
	return err
}

// decodeRequest decodes an ExportTraceServiceRequest. The error invalid concerns the whole request.
func (v *delivery) decodeRequest(text []byte) (tooMany, invalid error) {
	found, isList := false, true
	v.json.begin(text)
	v.json.object(func(name []byte) {
		switch string(name) {
		case "resourceSpans", "resource_spans":
			found = true
			isList = v.json.array(func() { v.decodeResource(&tooMany) })
		default:
			v.json.skip()
		}
	})
	switch {
	case !found:
		invalid = row.Invalid(row.Missing)
	case !isList:
		invalid = row.Invalid(row.WrongType)
	}
	return tooMany, invalid
}

func (v *delivery) decodeResource(tooMany *error) {
	first := len(v.entries)
	var resource attributes
	scope := func() {
		isObject := v.json.object(func(name []byte) {
			switch string(name) {
			case "spans":
				if !v.json.array(func() { v.decodeSpan(tooMany) }) {
					v.tally.Reject(row.WrongType)
				}
			default:
				v.json.skip()
			}
		})
		if !isObject {
			v.tally.Reject(row.WrongType)
		}
	}
	isObject := v.json.object(func(name []byte) {
		switch string(name) {
		case "resource":
			v.json.object(func(name []byte) {
				if string(name) == "attributes" {
					v.decodeAttributes(&resource)
				} else {
					v.json.skip()
				}
			})
		case "scopeSpans", "scope_spans":
			if !v.json.array(scope) {
				v.tally.Reject(row.WrongType)
			}
		default:
			v.json.skip()
		}
	})
	if !isObject {
		v.tally.Reject(row.WrongType)
	}
	v.setEnvironment(first, &resource)
}
