package traces_test

import (
	"bytes"
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/aimarketplace/monitoring/exporter/vercel/batch"
	"github.com/aimarketplace/monitoring/exporter/vercel/intake"
)

// messageOf is a field that holds a message, or text.
func messageOf(number protowire.Number, content ...[]byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(nil, number, protowire.BytesType), bytes.Join(content, nil))
}

func numberOf(number protowire.Number, value uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(nil, number, protowire.VarintType), value)
}

// spanOf is a server's, with its trace id, its times and more.
func spanOf(trace string, more ...[]byte) []byte {
	id, _ := hex.DecodeString(trace)
	began := protowire.AppendFixed64(protowire.AppendTag(nil, 7, protowire.Fixed64Type), 1694723400000000000)
	flags := protowire.AppendFixed32(protowire.AppendTag(nil, 16, protowire.Fixed32Type), 0x01010101)
	ended := protowire.AppendFixed64(protowire.AppendTag(nil, 8, protowire.Fixed64Type), 1694723400150000000)
	return messageOf(2, append([][]byte{
		messageOf(1, id), messageOf(2, []byte("span-one")), messageOf(5, []byte("GET /api/prompts")), numberOf(6, 2), flags, began, ended,
	}, more...)...)
}

const traceOne = "7bba9f33312b3dbb8b2c2c62bb7abe01"

func TestABadSpanOfProtobufCostsOnlyItself(t *testing.T) {
	t.Parallel()
	good := spanOf(traceOne)
	for name, test := range map[string]struct {
		bad    []byte // field of ScopeSpans
		reason batch.Reason
	}{
		"an id that is too short":       {spanOf(traceOne[:30]), batch.BadValue},
		"an id of another type":         {messageOf(2, numberOf(1, 7)), batch.WrongType},
		"no id":                         {spanOf(""), batch.Missing},
		"no times":                      {messageOf(2, messageOf(1, []byte("0123456789abcdef")), messageOf(2, []byte("span-two"))), batch.Missing},
		"a parent that is too long":     {spanOf(traceOne, messageOf(4, []byte("123456789"))), batch.BadValue},
		"a field that breaks off":       {messageOf(2, []byte{0x0a, 0x7f}), batch.Malformed},
		"an attribute that breaks off":  {spanOf(traceOne, messageOf(9, []byte{0x0a, 0x7f})), batch.Malformed},
		"a status that breaks off":      {spanOf(traceOne, messageOf(15, []byte{0x18})), batch.Malformed},
		"no message":                    {numberOf(2, 7), batch.WrongType},
		"a number for an ended message": {messageOf(2, []byte{0xff}), batch.Malformed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t)
			tally, err := f.Take(messageOf(1, messageOf(2, test.bad, good)), intake.Protobuf)
			require.NoError(t, err)
			assert.Equal(t, batch.Tally{Counted: 1, Rejected: map[batch.Reason]int{test.reason: 1}}, tally)
			assert.Len(t, f.counted(t), 2)
		})
	}
}

func TestABrokenPartOfProtobufCostsOnlyItself(t *testing.T) {
	t.Parallel()
	good := messageOf(1, messageOf(2, spanOf(traceOne)))
	for name, test := range map[string]struct {
		bad    []byte
		reason batch.Reason
	}{
		"spans of a resource": {messageOf(1, []byte{0xff}), batch.Malformed},
		"spans of a scope":    {messageOf(1, messageOf(2, []byte{0xff})), batch.Malformed},
		"a resource":          {messageOf(1, messageOf(1, []byte{0xff})), batch.Malformed},
		"another type":        {numberOf(1, 7), batch.WrongType},
	} {
		f := start(t)
		tally, err := f.Take(append(test.bad, good...), intake.Protobuf)
		require.NoError(t, err, name)
		assert.Equal(t, batch.Tally{Counted: 1, Rejected: map[batch.Reason]int{test.reason: 1}}, tally, name)
	}
	f := start(t)
	_, err := f.Take(append(good, 0xff), intake.Protobuf)
	require.ErrorIs(t, err, batch.ErrMalformed, "where the delivery itself breaks off, nothing tells how much is lost")
	assert.Empty(t, f.counted(t))
}

func TestAttributesOfProtobufHaveAnyType(t *testing.T) {
	t.Parallel()
	attribute := func(value ...[]byte) []byte {
		return messageOf(9, messageOf(1, []byte("http.status_code")), messageOf(2, value...))
	}
	double := protowire.AppendFixed64(protowire.AppendTag(nil, 4, protowire.Fixed64Type), 0x407f800000000000) // 504
	for code, span := range map[string][]byte{
		"422":     spanOf(traceOne, attribute(messageOf(1, []byte("422")))),
		"503":     spanOf(traceOne, attribute(numberOf(3, 503))),
		"504":     spanOf(traceOne, attribute(double)),
		"unknown": spanOf(traceOne, attribute(numberOf(2, 1)), attribute(messageOf(5, nil)), attribute()),
		"5xx":     spanOf(traceOne, messageOf(15, messageOf(2, []byte("why")), numberOf(3, 2), numberOf(1, 0))),
	} {
		f := start(t)
		tally, err := f.Take(append(messageOf(7, []byte("of another version")), messageOf(1, messageOf(2, span))...), intake.Protobuf)
		require.NoError(t, err)
		assert.Equal(t, batch.Tally{Counted: 1}, tally)
		assert.Contains(t, f.counted(t), `marketplace_http_requests_total{code="`+code+`",method="GET",route="/api/prompts"} 1`)
	}
}

func TestLogsAreNoSpans(t *testing.T) {
	t.Parallel()
	logs := plog.NewLogs()
	record := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	record.SetTimestamp(1694723400000000000)
	record.Body().SetStr("hello")
	var to plog.ProtoMarshaler
	body, err := to.MarshalLogs(logs)
	require.NoError(t, err)
	tally, err := start(t).Take(body, intake.Protobuf)
	require.NoError(t, err)
	assert.Zero(t, tally.Counted)
	assert.NotEmpty(t, tally.Rejected)
}

// It is not parallel, as it counts allocations.
//
//nolint:paralleltest // see above
func TestTooManySpansOfProtobufAreNotBuiltFirst(t *testing.T) {
	empty := bytes.Repeat(messageOf(2, nil), 1_000_000)
	body := messageOf(1, messageOf(2, empty))
	f := start(t)
	allocated := testing.AllocsPerRun(3, func() {
		_, err := f.Take(body, intake.Protobuf)
		assert.ErrorIs(t, err, batch.ErrTooMany)
	})
	assert.Less(t, allocated, 1000.0, "for a million spans")
}

// requireAsTheBook holds what was made of a delivery against what the library makes of it, where it can read it at all.
func requireAsTheBook(t *testing.T, body []byte, tally batch.Tally) {
	t.Helper()
	var from ptrace.ProtoUnmarshaler
	read, err := from.UnmarshalTraces(body)
	if err != nil {
		return
	}
	good := map[[24]byte]bool{}
	for _, resource := range read.ResourceSpans().All() {
		for _, scope := range resource.ScopeSpans().All() {
			for _, s := range scope.Spans().All() {
				trace, id := [16]byte(s.TraceID()), [8]byte(s.SpanID())
				took := int64(s.EndTimestamp() - s.StartTimestamp())
				if trace != [16]byte(pcommon.NewTraceIDEmpty()) && id != [8]byte(pcommon.NewSpanIDEmpty()) &&
					s.StartTimestamp() != 0 && s.EndTimestamp() >= s.StartTimestamp() && took <= 86400e9 {
					good[[24]byte(append(trace[:], id[:]...))] = true
				}
			}
		}
	}
	require.Equal(t, len(good), tally.Counted, "spans that the library finds")
}
