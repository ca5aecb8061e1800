package traces_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/exporter/vercel/row"
	"github.com/aimarketplace/monitoring/internal/draintest"
)

func TestUnusualSpans(t *testing.T) {
	t.Parallel()
	const login = `marketplace_http_requests_total{code="5xx",environment="production",method="POST",route="/api/auth/login"} 1`
	for name, span := range map[string]string{
		"kind as a number":                     at("1", "", "POST /api/auth/login", `,"kind":2,"status":{"code":2}`),
		"kind as a number in text":             at("1", "", "POST /api/auth/login", `,"kind":"2","status":{"code":"2"}`),
		"kind by name":                         at("1", "", "POST /api/auth/login", `,"kind":"SPAN_KIND_SERVER","status":{"code":"STATUS_CODE_ERROR"}`),
		"kind in the form of Vercel":           at("1", "", "POST /api/auth/login", `,"kind":"server","status":{"code":"error"}`),
		"null in all optional fields":          at("1", "", "POST /api/auth/login", `,"kind":2,"status":{"code":2},"attributes":null,"events":null,"links":null,"traceState":null,"parentSpanId":null`),
		"a parent of zeros":                    at("1", "0000000000000000", "POST /api/auth/login", `,"kind":2,"status":{"code":2,"message":null}`),
		"attributes with a list and an object": at("1", "", "POST /api/auth/login", `,"kind":2,"status":{"code":2},"attributes":[{"key":"http.route","value":{"arrayValue":{"values":[]}}},{"key":"x","value":{"kvlistValue":{}}},{"key":"y"},null,7]`),
		"a path with a query":                  at("1", "", "POST", `,"kind":2,"status":{"code":2},"attributes":[{"key":"http.target","value":{"stringValue":"/api/auth/login?next=https://x/api/prompts"}}]`),
		"a path without a slash":               at("1", "", "POST", `,"kind":2,"status":{"code":2},"attributes":[{"key":"http.route","value":{"stringValue":"api/auth/login"}}]`),
		"a path with a trailing slash":         at("1", "", "POST", `,"kind":2,"status":{"code":2},"attributes":[{"key":"url.path","value":{"stringValue":"/api/auth/login/"}}]`),
		"a whole URL":                          at("1", "", "POST", `,"kind":2,"status":{"code":2},"attributes":[{"key":"url.full","value":{"stringValue":"https://aimarketplace.com/api/auth/login"}}]`),
		"the file of a route":                  at("1", "", "POST", `,"kind":2,"status":{"code":2},"attributes":[{"key":"next.route","value":{"stringValue":"/api/auth/login/route"}}]`),
		"escaped text":                         at("1", "", `POST \/api\/auth\/login`, `,"kind":2,"status":{"code":2}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t)
			assert.Equal(t, row.Tally{Counted: 1}, draintest.Handle(t, f, wrap(span)))
			assert.Contains(t, f.counted(t), login)
		})
	}
}

func TestStatusInAllForms(t *testing.T) {
	t.Parallel()
	for attribute, code := range map[string]string{
		`{"key":"http.status_code","value":{"intValue":"422"}}`:                "422",
		`{"key":"http.status_code","value":{"intValue":422}}`:                  "422",
		`{"key":"http.status_code","value":{"stringValue":"422"}}`:             "422",
		`{"key":"http.response.status_code","value":{"intValue":504}}`:         "504",
		`{"key":"http.response.status_code","value":{"doubleValue":504}}`:      "504",
		`{"key":"http.status_code","value":422}`:                               "422",
		`{"value":{"intValue":"422"},"key":"http.status_code","more":[{}]}`:    "422",
		`{"key":"http.status_code","value":{"intValue":"0"}}`:                  "unknown",
		`{"key":"http.status_code","value":{"intValue":"99999"}}`:              "unknown",
		`{"key":"http.status_code","value":{"stringValue":"<canary@x.test>"}}`: "unknown",
	} {
		t.Run(attribute, func(t *testing.T) {
			t.Parallel()
			f := start(t)
			draintest.Handle(t, f, wrap(at("1", "", "GET /api/prompts", `,"kind":2,"attributes":[`+attribute+`]`)))
			assert.Contains(t, f.counted(t),
				`marketplace_http_requests_total{code="`+code+`",environment="production",method="GET",route="/api/prompts"} 1`)
		})
	}
}

func TestEnvironmentOfTheResource(t *testing.T) {
	t.Parallel()
	for resource, label := range map[string]string{
		`"resource":{"attributes":[{"key":"deployment.environment.name","value":{"stringValue":"preview"}}]},`: `environment="preview",`,
		`"resource":{"attributes":[{"key":"env","value":{"stringValue":"production"}}]},`:                      `environment="production",`,
		`"resource":{"attributes":[{"key":"vercel.environment","value":{"stringValue":"staging-7"}}]},`:        `environment="other",`,
		`"resource":null,`:             ``,
		`"resource":{"attributes":7},`: ``,
		``:                             ``,
	} {
		t.Run(resource, func(t *testing.T) {
			t.Parallel()
			spans := `"scopeSpans":[{"spans":[` + at("1", "", "GET /api/prompts", `,"kind":2`) + `]}]`
			for _, body := range []string{
				`{"resourceSpans":[{` + resource + spans + `}]}`,
				`{"resourceSpans":[{` + spans + `,` + strings.TrimSuffix(resource, ",") + `}]}`,
			} {
				if strings.HasSuffix(body, ",}]}") {
					continue // without a resource, there is only one order
				}
				f := start(t)
				draintest.Handle(t, f, body)
				assert.Contains(t, f.counted(t), `marketplace_http_requests_total{code="unknown",`+label+`method="GET",route="/api/prompts"} 1`)
			}
		})
	}
}

func TestInvalidSpans(t *testing.T) {
	t.Parallel()
	valid := at("1", "", "GET /api/prompts", `,"kind":2`)
	for invalid, reason := range map[string]row.Reason{
		`7`:        row.WrongType,
		`["span"]`: row.WrongType,
		strings.Replace(at("2", "", "x", ""), `"7bba9f33312b3dbb8b2c2c62bb7abe01"`, `{}`, 1):   row.WrongType,
		at("2", "", "x", `,"attributes":{}`):                                                   row.WrongType,
		strings.Replace(at("2", "", "x", ""), `"7bba9f33312b3dbb8b2c2c62bb7abe01"`, `null`, 1): row.Missing,
		strings.Replace(at("2", "", "x", ""), `"endTimeUnixNano"`, `"end"`, 1):                 row.Missing,
		at("0", "", "x", ""): row.Missing,
		strings.Replace(at("2", "", "x", ""), `7bba9f33312b3dbb8b2c2c62bb7abe01`, `7bba`, 1):                  row.BadValue,
		strings.Replace(at("2", "", "x", ""), `7bba9f33312b3dbb8b2c2c62bb7abe01`, strings.Repeat("g", 32), 1): row.BadValue,
		strings.Replace(at("2", "", "x", ""), `"1694723400150000000"`, `"1694723400149999999x"`, 1):           row.BadValue,
		strings.Replace(at("2", "", "x", ""), `"1694723400150000000"`, `"1694723399999999999"`, 1):            row.BadValue,
		strings.Replace(at("2", "", "x", ""), `"1694723400150000000"`, `"1694809800000000001"`, 1):            row.BadValue,
		strings.Replace(at("2", "", "x", ""), `"1694723400150000000"`, `-1`, 1):                               row.BadValue,
	} {
		t.Run(invalid, func(t *testing.T) {
			t.Parallel()
			f := start(t)
			tally := draintest.Handle(t, f, wrap(invalid, valid))
			assert.Equal(t, row.Tally{Counted: 1, Invalid: map[row.Reason]int{reason: 1}}, tally)
			assert.Len(t, f.counted(t), 2)
		})
	}
}

func TestTimesMayBeNumbers(t *testing.T) {
	t.Parallel()
	f := start(t)
	span := strings.NewReplacer(`"1694723400000000000"`, `1694723400000000000`, `"1694723400150000000"`, `1.69472340015e18`).
		Replace(at("1", "", "GET /api/prompts", `,"kind":2`))
	draintest.Handle(t, f, wrap(span))
	assert.Contains(t, f.counted(t)[0], `{environment="production",method="GET",route="/api/prompts"} 1 0.15`)
}

func TestADeliveryWithSeveralExportRequests(t *testing.T) {
	t.Parallel()
	first, second := wrap(nextSpan("1", "")), wrap(nextSpan("2", ""))
	for name, body := range map[string]string{"an array": "[" + first + "," + second + "]", "lines": first + "\n" + second + "\n"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, row.Tally{Counted: 2}, draintest.Handle(t, start(t), body))
		})
	}
}

func TestDeliveriesWithoutSpans(t *testing.T) {
	t.Parallel()
	for body, tally := range map[string]row.Tally{
		`{}`:                     {},
		`{"resourceSpans":null}`: {},
		`{"resourceSpans":[]}`:   {},
		`{"resourceLogs":[]}`:    {Invalid: map[row.Reason]int{row.Missing: 1}},
		`{"resourceSpans":"x"}`:  {Invalid: map[row.Reason]int{row.WrongType: 1}},
		`{"resourceSpans":["x",{"scopeSpans":"x"},{"scopeSpans":["x",{"spans":"x"}]}]}`: {Invalid: map[row.Reason]int{row.WrongType: 4}},
	} {
		t.Run(body, func(t *testing.T) {
			t.Parallel()
			f := start(t)
			assert.Equal(t, tally, draintest.Handle(t, f, body))
			assert.Empty(t, f.counted(t))
		})
	}
}

func TestARejectedDeliveryLeavesNoTrace(t *testing.T) {
	t.Parallel()
	var spans []string
	for range 101 {
		spans = append(spans, nextSpan("1", ""))
	}
	many := wrap(spans...)
	f := start(t)
	_, err := f.Handle([]byte(many), inbound.JSON)
	require.ErrorIs(t, err, inbound.ErrTooManyRows)
	_, err = f.Handle(protobufOf(t, []byte(strings.ReplaceAll(many, `"internal"`, "1"))), inbound.Protobuf)
	require.ErrorIs(t, err, inbound.ErrTooManyRows)
	for _, format := range []inbound.Format{inbound.JSON, inbound.Protobuf} {
		_, err = f.Handle([]byte("garbage"), format)
		require.ErrorIs(t, err, inbound.ErrMalformed)
	}
	assert.Empty(t, f.counted(t))
	assert.Equal(t, row.Tally{Counted: 1}, draintest.Handle(t, f, wrap(spans[0])), "the rejected span is not a duplicate")
}

func TestTheMaximumNumberOfSpans(t *testing.T) {
	t.Parallel()
	var spans []string
	for range 100 {
		spans = append(spans, nextSpan("1", ""))
	}
	assert.Equal(t, row.Tally{Counted: 1, Duplicates: 99}, draintest.Handle(t, start(t), wrap(spans...)))
}

func TestPrecedenceOfRouteAttributes(t *testing.T) {
	t.Parallel()
	attribute := func(key, value string) string { return `{"key":"` + key + `","value":{"stringValue":"` + value + `"}}` }
	for name, attributes := range map[string][]string{
		"http.route before next.route":          {attribute("next.route", "/api/health"), attribute("http.route", "/api/prompts")},
		"a pattern before the path":             {attribute("url.path", "/api/health"), attribute("next.route", "/api/prompts")},
		"the first of two names":                {attribute("url.path", "/api/prompts"), attribute("http.target", "/api/health")},
		"the path if the pattern is not listed": {attribute("http.route", "/unlisted"), attribute("url.path", "/api/prompts")},
	} {
		f := start(t)
		draintest.Handle(t, f, wrap(at("1", "", "GET /api/users/profile", `,"kind":2,"attributes":[`+strings.Join(attributes, ",")+`]`)))
		assert.Contains(t, strings.Join(f.counted(t), "\n"), `route="/api/prompts"`, name)
	}
}
