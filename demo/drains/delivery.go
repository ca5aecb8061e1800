package drains

import (
	"bytes"
	"compress/gzip"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // it is what Vercel signs with
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// delivery is what is posted at once.
type delivery struct {
	drain       string
	contentType string
	gzip        bool
	body        []byte
	rows        int
}

// writer writes the deliveries of one drain.
type writer struct {
	drain string // the end of its path
	forms []form // used in turn
}

// form is a way to write what happened. It returns the number of rows, too.
type form struct {
	contentType string
	write       func([]request) (body []byte, rows int, err error)
}

func writers() []writer {
	return []writer{
		{"traces", []form{
			{"application/json", tracesAsJSON},
			{"application/x-protobuf", tracesAsProtobuf},
		}},
		{"logs", rowsOf(request.logRows)},
		{"speed-insights", rowsOf(request.vitalRows)},
		{"analytics", rowsOf(request.analyticsRows)},
	}
}

// rowsOf are the forms of drains that have rows.
func rowsOf[T any](rowsOf func(request) []T) []form {
	collect := func(requests []request) []T {
		var rows []T
		for _, r := range requests {
			rows = append(rows, rowsOf(r)...)
		}
		return rows
	}
	return []form{
		{"application/json", func(requests []request) ([]byte, int, error) {
			rows := collect(requests)
			body, err := json.Marshal(rows)
			return body, len(rows), err
		}},
		{"application/x-ndjson", func(requests []request) ([]byte, int, error) {
			rows := collect(requests)
			body, err := lineByLine(rows)
			return body, len(rows), err
		}},
	}
}

func lineByLine[T any](rows []T) ([]byte, error) {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	for _, row := range rows {
		if err := encoder.Encode(row); err != nil {
			return nil, err
		}
	}
	return body.Bytes(), nil
}

// deliver writes the number-th delivery. Its number decides on its form, and every third is compressed.
func (w writer) deliver(requests []request, number int) (delivery, error) {
	form := w.forms[number%len(w.forms)]
	body, rows, err := form.write(requests)
	if err != nil {
		return delivery{}, fmt.Errorf("writing a delivery of %s: %w", w.drain, err)
	}
	d := delivery{drain: w.drain, contentType: form.contentType, body: body, rows: rows}
	if number%3 == 2 {
		d.gzip, d.body = true, compress(d.body)
	}
	return d, nil
}

func compress(body []byte) []byte {
	var smaller bytes.Buffer
	writer := gzip.NewWriter(&smaller)
	_, _ = writer.Write(body) // a Buffer takes everything
	_ = writer.Close()
	return smaller.Bytes()
}

// sign returns the signature of the bytes that are sent.
func sign(secret string, body []byte) string {
	mac := hmac.New(sha1.New, []byte(secret))
	_, _ = mac.Write(body) // never fails
	return hex.EncodeToString(mac.Sum(nil))
}
