package drains

import (
	"encoding/json"
	"strconv"
)

// The types below are OTLP's JSON in Vercel's hand: the kind of a span is a word, as in its reference, where OTLP has a
// number.
type (
	tracesJSON struct {
		ResourceSpans []resourceSpansJSON `json:"resourceSpans"`
	}
	resourceSpansJSON struct {
		Resource   attributesJSON   `json:"resource"`
		ScopeSpans []scopeSpansJSON `json:"scopeSpans"`
	}
	scopeSpansJSON struct {
		Scope scopeJSON  `json:"scope"`
		Spans []spanJSON `json:"spans"`
	}
	scopeJSON struct {
		Name string `json:"name"`
	}
	spanJSON struct {
		TraceID           string     `json:"traceId"`
		SpanID            string     `json:"spanId"`
		ParentSpanID      string     `json:"parentSpanId,omitempty"`
		Name              string     `json:"name"`
		Kind              string     `json:"kind"`
		StartTimeUnixNano string     `json:"startTimeUnixNano"`
		EndTimeUnixNano   string     `json:"endTimeUnixNano"`
		Status            statusJSON `json:"status"`
		attributesJSON
	}
	statusJSON struct {
		Code int `json:"code,omitempty"` // 2 is an error
	}
	attributesJSON struct {
		Attributes []attributeJSON `json:"attributes"`
	}
	attributeJSON struct {
		Key   string    `json:"key"`
		Value valueJSON `json:"value"`
	}
	valueJSON struct {
		StringValue *string `json:"stringValue,omitempty"`
		IntValue    string  `json:"intValue,omitempty"` // 64 bits, hence a string
	}
)

func tracesAsJSON(requests []request) (body []byte, spans int, err error) {
	var traces tracesJSON
	for _, group := range byEnvironment(requests) {
		spans += len(group.spans)
		scope := scopeSpansJSON{Scope: scopeJSON{Name: scopeName}}
		for _, s := range group.spans {
			scope.Spans = append(scope.Spans, s.json())
		}
		traces.ResourceSpans = append(traces.ResourceSpans, resourceSpansJSON{
			Resource:   attributesJSON{asJSON(resource(group.environment))},
			ScopeSpans: []scopeSpansJSON{scope},
		})
	}
	body, err = json.Marshal(traces)
	return body, spans, err
}

func (s span) json() spanJSON {
	written := spanJSON{
		TraceID: s.trace, SpanID: s.id, ParentSpanID: s.parent, Name: s.name, Kind: s.kind,
		StartTimeUnixNano: strconv.FormatInt(s.began.UnixNano(), 10),
		EndTimeUnixNano:   strconv.FormatInt(s.ended.UnixNano(), 10),
		attributesJSON:    attributesJSON{asJSON(s.attributes)},
	}
	if s.failed {
		written.Status.Code = 2
	}
	return written
}

func asJSON(attributes []attribute) []attributeJSON {
	var written []attributeJSON
	for _, a := range attributes {
		value := valueJSON{StringValue: &a.text}
		if a.text == "" {
			value = valueJSON{IntValue: strconv.FormatInt(a.number, 10)}
		}
		written = append(written, attributeJSON{Key: a.key, Value: value})
	}
	return written
}
