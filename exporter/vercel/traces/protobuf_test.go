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

	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/exporter/vercel/row"
)

// messageOf returns a field with a message or a string.
func messageOf(number protowire.Number, content ...[]byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(nil, number, protowire.BytesType), bytes.Join(content, nil))
}

func numberOf(number protowire.Number, value uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(nil, number, protowire.VarintType), value)
}

// spanOf returns a server span of 150 ms with further fields.
func spanOf(trace string, more ...[]byte) []byte {
	id, _ := hex.DecodeString(trace)
	start := protowire.AppendFixed64(protowire.AppendTag(nil, 7, protowire.Fixed64Type), 1694723400000000000)
	flags := protowire.AppendFixed32(protowire.AppendTag(nil, 16, protowire.Fixed32Type), 0x01010101)
	end := protowire.AppendFixed64(protowire.AppendTag(nil, 8, protowire.Fixed64Type), 1694723400150000000)
	return messageOf(2, append([][]byte{
		messageOf(1, id), messageOf(2, []byte("span-one")), messageOf(5, []byte("GET /api/prompts")), numberOf(6, 2), flags, start, end,
	}, more...)...)
}

const traceOne = "7bba9f33312b3dbb8b2c2c62bb7abe01"

func TestInvalidProtobufSpans(t *testing.T) {
	t.Parallel()
	valid := spanOf(traceOne)
	for name, test := range map[string]struct {
		invalid []byte // field of ScopeSpans
		reason  row.Reason
	}{
		"an id that is too short":       {spanOf(traceOne[:30]), row.BadValue},
		"an id of another type":         {messageOf(2, numberOf(1, 7)), row.WrongType},
		"no id":                         {spanOf(""), row.Missing},
		"no times":                      {messageOf(2, messageOf(1, []byte("0123456789abcdef")), messageOf(2, []byte("span-two"))), row.Missing},
		"a parent that is too long":     {spanOf(traceOne, messageOf(4, []byte("123456789"))), row.BadValue},
		"an incomplete field":           {messageOf(2, []byte{0x0a, 0x7f}), row.Malformed},
		"an incomplete attribute":       {spanOf(traceOne, messageOf(9, []byte{0x0a, 0x7f})), row.Malformed},
		"an incomplete status":          {spanOf(traceOne, messageOf(15, []byte{0x18})), row.Malformed},
		"a number instead of a message": {numberOf(2, 7), row.WrongType},
		"an incomplete message":         {messageOf(2, []byte{0xff}), row.Malformed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t)
			tally, err := f.Handle(messageOf(1, messageOf(2, test.invalid, valid)), inbound.Protobuf)
			require.NoError(t, err)
			assert.Equal(t, row.Tally{Counted: 1, Invalid: map[row.Reason]int{test.reason: 1}}, tally)
			assert.Len(t, f.counted(t), 2)
		})
	}
}

func TestInvalidProtobufMessages(t *testing.T) {
	t.Parallel()
	valid := messageOf(1, messageOf(2, spanOf(traceOne)))
	for name, test := range map[string]struct {
		invalid []byte
		reason  row.Reason
	}{
		"spans of a resource": {messageOf(1, []byte{0xff}), row.Malformed},
		"spans of a scope":    {messageOf(1, messageOf(2, []byte{0xff})), row.Malformed},
		"a resource":          {messageOf(1, messageOf(1, []byte{0xff})), row.Malformed},
		"another type":        {numberOf(1, 7), row.WrongType},
	} {
		f := start(t)
		tally, err := f.Handle(append(test.invalid, valid...), inbound.Protobuf)
		require.NoError(t, err, name)
		assert.Equal(t, row.Tally{Counted: 1, Invalid: map[row.Reason]int{test.reason: 1}}, tally, name)
	}
	f := start(t)
	_, err := f.Handle(append(valid, 0xff), inbound.Protobuf)
	require.ErrorIs(t, err, inbound.ErrMalformed, "an incomplete delivery is rejected as a whole")
	assert.Empty(t, f.counted(t))
}

func TestProtobufAttributesOfAllTypes(t *testing.T) {
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
		tally, err := f.Handle(append(messageOf(7, []byte("of another version")), messageOf(1, messageOf(2, span))...), inbound.Protobuf)
		require.NoError(t, err)
		assert.Equal(t, row.Tally{Counted: 1}, tally)
		assert.Contains(t, f.counted(t), `marketplace_http_requests_total{code="`+code+`",method="GET",route="/api/prompts"} 1`)
	}
}

func TestLogsAreNotSpans(t *testing.T) {
	t.Parallel()
	logs := plog.NewLogs()
	record := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	record.SetTimestamp(1694723400000000000)
	record.Body().SetStr("hello")
	var to plog.ProtoMarshaler
	body, err := to.MarshalLogs(logs)
	require.NoError(t, err)
	tally, err := start(t).Handle(body, inbound.Protobuf)
	require.NoError(t, err)
	assert.Zero(t, tally.Counted)
	assert.NotEmpty(t, tally.Invalid)
}

//nolint:paralleltest // it counts allocations
func TestTooManyProtobufSpansAreNotDecodedFirst(t *testing.T) {
	empty := bytes.Repeat(messageOf(2, nil), 1_000_000)
	body := messageOf(1, messageOf(2, empty))
	f := start(t)
	allocated := testing.AllocsPerRun(3, func() {
		_, err := f.Handle(body, inbound.Protobuf)
		assert.ErrorIs(t, err, inbound.ErrTooManyRows)
	})
	assert.Less(t, allocated, 1000.0, "for a million spans")
}

// requireEqualToLibrary compares the tally with the spans that the library decodes, if it can.
func requireEqualToLibrary(t *testing.T, body []byte, tally row.Tally) {
	t.Helper()
	var from ptrace.ProtoUnmarshaler
	read, err := from.UnmarshalTraces(body)
	if err != nil {
		return
	}
	valid := map[[24]byte]bool{}
	for _, resource := range read.ResourceSpans().All() {
		for _, scope := range resource.ScopeSpans().All() {
			for _, s := range scope.Spans().All() {
				trace, id := [16]byte(s.TraceID()), [8]byte(s.SpanID())
				duration := int64(s.EndTimestamp() - s.StartTimestamp())
				if trace != [16]byte(pcommon.NewTraceIDEmpty()) && id != [8]byte(pcommon.NewSpanIDEmpty()) &&
					s.StartTimestamp() != 0 && s.EndTimestamp() >= s.StartTimestamp() && duration <= 86400e9 {
					valid[[24]byte(append(trace[:], id[:]...))] = true
				}
			}
		}
	}
	require.Equal(t, len(valid), tally.Counted, "spans that the library finds")
}
