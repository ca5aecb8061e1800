package drains

import (
	"bytes"
	"compress/gzip"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // Vercel's signature
	"encoding/hex"
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

func drains() []drain {
	return []drain{
		{"traces", []format{{"application/json", tracesJSON}, {"application/x-protobuf", tracesProtobuf}}},
		{"logs", rowFormats(request.logRows)},
		{"speed-insights", rowFormats(request.vitalRows)},
		{"analytics", rowFormats(request.analyticsRows)},
	}
}

// rowFormats returns a JSON array and newline-delimited JSON.
func rowFormats[T any](rowsOf func(request) []T) []format {
	collect := func(requests []request) (rows []T) {
		for _, r := range requests {
			rows = append(rows, rowsOf(r)...)
		}
		return rows
	}
	return []format{
		{"application/json", func(requests []request) ([]byte, int, error) {
			rows := collect(requests)
			body, err := json.Marshal(rows)
			return body, len(rows), err
		}},
		{"application/x-ndjson", func(requests []request) ([]byte, int, error) {
			var body bytes.Buffer
			rows := collect(requests)
			encoder := json.NewEncoder(&body)
			for _, row := range rows {
				if err := encoder.Encode(row); err != nil {
					return nil, 0, err
				}
			}
			return body.Bytes(), len(rows), nil
		}},
	}
}

// encode returns the delivery of a number, which selects the format. Every third delivery is compressed.
func (d drain) encode(requests []request, number int) (delivery, error) {
	format := d.formats[number%len(d.formats)]
	body, rows, err := format.encode(requests)
	if err != nil {
		return delivery{}, fmt.Errorf("encoding a delivery of %s: %w", d.endpoint, err)
	}
	encoded := delivery{endpoint: d.endpoint, contentType: format.contentType, body: body, rows: rows}
	if number%3 == 2 {
		encoded.gzip, encoded.body = true, compress(body)
	}
	return encoded, nil
}

func compress(body []byte) []byte {
	var compressed bytes.Buffer
	writer := gzip.NewWriter(&compressed)
	_, _ = writer.Write(body) // a Buffer does not fail
	_ = writer.Close()
	return compressed.Bytes()
}

// sign returns the signature of the bytes on the wire.
func sign(secret string, body []byte) string {
	mac := hmac.New(sha1.New, []byte(secret))
	_, _ = mac.Write(body) // never fails
	return hex.EncodeToString(mac.Sum(nil))
}
