package drains

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
)

// delivery is the body of one request to the receiver.
type delivery struct {
	endpoint    string // last element of the drain's path
	contentType string
	gzip        bool
	body        []byte
	rows        int
}

// drain encodes requests for one of Vercel's drains.
type drain struct {
	endpoint string
	formats  []format // used in turn
}

type format struct {
	contentType string
	encode      func([]request) (body []byte, rows int, err error)
}

// row is a row of a drain.
type row = map[string]any

func drains() []drain {
	return []drain{
		{"traces", []format{{"application/json", tracesJSON}, {"application/x-protobuf", tracesProtobuf}}},
		{"logs", rowFormats(request.logRows)},
		{"speed-insights", rowFormats(request.vitalRows)},
		{"analytics", rowFormats(request.analyticsRows)},
	}
}

// rowFormats returns a JSON array and newline-delimited JSON.
func rowFormats(rowsOf func(request) []row) []format {
	encode := func(first, separator, last string) func([]request) ([]byte, int, error) {
		return func(requests []request) ([]byte, int, error) {
			var encoded [][]byte
			for _, r := range requests {
				for _, row := range rowsOf(r) {
					text, err := json.Marshal(row)
					if err != nil {
						return nil, 0, err
					}
					encoded = append(encoded, text)
				}
			}
			body := append([]byte(first), bytes.Join(encoded, []byte(separator))...)
			return append(body, last...), len(encoded), nil
		}
	}
	return []format{{"application/json", encode("[", ",", "]")}, {"application/x-ndjson", encode("", "\n", "\n")}}
}

// encode returns the delivery of a number, which selects the format. Every third delivery is
// compressed.
func (d drain) encode(requests []request, number int) (delivery, error) {
	format := d.formats[number%len(d.formats)]
	body, rows, err := format.encode(requests)
	if err != nil {
		return delivery{}, fmt.Errorf("encoding a delivery of %s: %w", d.endpoint, err)
	}
	encoded := delivery{endpoint: d.endpoint, contentType: format.contentType, body: body, rows: rows}
	if number%3 == 2 {
		var compressed bytes.Buffer
		writer := gzip.NewWriter(&compressed)
		_, _ = writer.Write(body) // a Buffer does not fail
		_ = writer.Close()
		encoded.gzip, encoded.body = true, compressed.Bytes()
	}
	return encoded, nil
}

// jsonText encodes an object as JSON in a string.
func jsonText(object row) string {
	text, _ := json.Marshal(object) // it has strings and numbers only
	return string(text)
}
