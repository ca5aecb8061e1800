package statuspage

import (
	"compress/gzip"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
)

func paths() []string {
	found := []string{"/", "/?lang=ko", "/history", "/history?lang=ko", "/history.atom", "/history.atom?lang=ko", "/badge.svg", "/badge.svg?lang=ko", "/favicon.svg", "/style.css", "/-/healthy"}
	for path := range apiDocuments() {
		found = append(found, "/api/v2/"+path+".json", "/api/v2/"+path+".json?lang=ko")
	}
	return found
}

func TestVisitorsCostNoQueries(t *testing.T) {
	p := newPage(t, shop().start(t).URL(), "")
	p.refresh(t.Context(), now())
	before := p.counter.queries.Load()
	var wait sync.WaitGroup
	for worker := range 20 {
		wait.Go(func() {
			for n := range 50 {
				path := paths()[(worker+n)%len(paths())]
				response, err := http.Get(p.url + path) //nolint:noctx // bounded by the test
				if err == nil {
					_, err = io.Copy(io.Discard, response.Body)
					response.Body.Close()
				}
				if err != nil || response.StatusCode != http.StatusOK {
					t.Errorf("%s: %v", path, err)
				}
			}
		})
	}
	p.refresh(t.Context(), now().Add(30*time.Second))
	p.refresh(t.Context(), now().Add(time.Minute))
	wait.Wait()
	require.Equal(t, before+2*3, p.counter.queries.Load(), "two query sets and 1,000 requests")
}

func TestFirstQuerySetIsBounded(t *testing.T) {
	p := newPage(t, shop().start(t).URL(), "")
	p.refresh(t.Context(), now())
	require.EqualValues(t, 5, p.counter.queries.Load(), "1 for the present, 2 for days, and 2 for alerts. The client splits one of these")
}

func TestClientsKeepDocuments(t *testing.T) {
	p := newPage(t, shop().start(t).URL(), "")
	p.refresh(t.Context(), now())
	for _, path := range []string{"/", "/api/v2/summary.json", "/history.atom", "/badge.svg"} {
		response := p.do(t, path)
		require.Equal(t, "public, max-age=30", response.header.Get("Cache-Control"), path)
		etag := response.header.Get("ETag")
		require.Regexp(t, `^W/"[0-9a-f]+"$`, etag)
		require.Equal(t, http.StatusNotModified, p.do(t, path, "If-None-Match", etag).status, path)
		require.Equal(t, http.StatusNotModified, p.do(t, path, "If-None-Match", etag, "Accept-Encoding", "gzip").status, path)
	}
	feed := p.do(t, "/history.atom").header.Get("ETag")
	front := p.do(t, "/").header.Get("ETag")
	p.refresh(t.Context(), now().Add(time.Minute))
	require.Equal(t, feed, p.do(t, "/history.atom").header.Get("ETag"), "no incident has changed")
	require.NotEqual(t, front, p.do(t, "/").header.Get("ETag"), "the page shows the time of its data")

	response := p.do(t, "/", "Accept-Encoding", "gzip")
	require.Equal(t, "gzip", response.header.Get("Content-Encoding"))
	unpacked, err := gzip.NewReader(strings.NewReader(response.body))
	require.NoError(t, err)
	text, err := io.ReadAll(unpacked)
	require.NoError(t, err)
	require.Equal(t, p.get(t, "/"), string(text))
}

func TestHeaders(t *testing.T) {
	p := newPage(t, "http://127.0.0.1:1", "")
	for _, path := range append(paths(), "/nothing", "/incidents/absent") {
		header := p.do(t, path).header
		require.Equal(t, "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
			header.Get("Content-Security-Policy"), path)
		require.Equal(t, "nosniff", header.Get("X-Content-Type-Options"), path)
		require.Equal(t, "no-referrer", header.Get("Referrer-Policy"), path)
		require.Empty(t, header.Get("Set-Cookie"), path)
	}
	require.Equal(t, "*", p.do(t, "/api/v2/status.json").header.Get("Access-Control-Allow-Origin"))
	require.Empty(t, p.do(t, "/").header.Get("Access-Control-Allow-Origin"))
	require.Equal(t, http.StatusNotFound, p.do(t, "/incidents/absent").status)
	response, err := http.Post(p.url+"/", "text/plain", strings.NewReader("x")) //nolint:noctx // bounded by the test
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusMethodNotAllowed, response.StatusCode)
	for _, inline := range []string{"<script", "style=", "onclick", "http-equiv"} {
		require.NotContains(t, p.get(t, "/"), inline)
	}
}

func TestLanguage(t *testing.T) {
	p := newPage(t, "http://127.0.0.1:1", "")
	for _, test := range []struct{ query, header, want string }{
		{"", "", "en"},
		{"", "ko", "ko"},
		{"", "ko-KR,ko;q=0.9,en;q=0.8", "ko"},
		{"", "fr, en;q=0.5, ko;q=0.1", "en"},
		{"", "de", "en"},
		{"?lang=ko", "en", "ko"},
		{"?lang=en", "ko", "en"},
		{"?lang=xx", "ko", "ko"},
	} {
		response := p.do(t, "/"+test.query, "Accept-Language", test.header)
		require.Equal(t, test.want, response.header.Get("Content-Language"), test)
		require.Contains(t, response.header.Values("Vary"), "Accept-Language")
	}
	require.Contains(t, p.get(t, "/?lang=ko"), `<html lang="ko">`)
	require.Contains(t, p.get(t, "/?lang=ko"), "상태를 확인할 수 없습니다")
	require.Contains(t, p.get(t, "/badge.svg?lang=ko"), "확인 불가")
}

// Both languages have all texts, with the same verbs.
func TestTextsAreComplete(t *testing.T) {
	verbs := regexp.MustCompile(`%[sd]`)
	var compare func(path string, en, ko reflect.Value)
	compare = func(path string, en, ko reflect.Value) {
		if en.Kind() == reflect.String {
			require.NotEmpty(t, en.String(), path)
			require.NotEmpty(t, ko.String(), path)
			require.Equal(t, verbs.FindAllString(en.String(), -1), verbs.FindAllString(ko.String(), -1), path)
			return
		}
		require.Equal(t, en.Len(), ko.Len(), path)
		for _, key := range en.MapKeys() {
			require.True(t, ko.MapIndex(key).IsValid(), "%s %v", path, key)
			compare(fmt.Sprint(path, " ", key), en.MapIndex(key), ko.MapIndex(key))
		}
	}
	en, ko := reflect.ValueOf(*english()), reflect.ValueOf(*korean())
	for n := range en.NumField() {
		compare(en.Type().Field(n).Name, en.Field(n), ko.Field(n))
	}
}

func TestDocumentsAreWellFormed(t *testing.T) {
	p := newPage(t, shop().start(t).URL(), write(t, "note.md", note))
	p.refresh(t.Context(), now())
	for _, path := range []string{"/history.atom", "/badge.svg", "/badge.svg?lang=ko", "/favicon.svg"} {
		require.NoError(t, xml.Unmarshal([]byte(p.get(t, path)), new(struct{ XMLName xml.Name })), path)
	}
	ids := map[string]bool{}
	for _, i := range p.edition.Load().Incidents {
		ids[i.ID] = true
		require.NotEmpty(t, p.get(t, "/incidents/"+i.ID))
	}
	require.Len(t, ids, 2)
	for _, path := range []string{"/", "/history", "/?lang=ko"} {
		_, err := html.Parse(strings.NewReader(p.get(t, path)))
		require.NoError(t, err)
		require.Equal(t, 1, strings.Count(p.get(t, path), "<h1>"), path)
	}
}

// Labels, annotations and errors may contain anything. None of it is published.
func TestCanary(t *testing.T) {
	f := shopWith(map[string]float64{"website": 0, "payments": 0, "uploads": 0, "email": 0, "database": 0},
		`,instance="canary.internal:5432",email="canary@example.com",query="SELECT canary",revenue="canary"`)
	f.alert(`component="canary",environment="production",severity="P0",alertname="CanaryAlert"`, "2026-11-20T11:00:00Z", "2026-11-20T12:00:00Z")
	f.current(`marketplace:component_status{component="canary",environment="production"}`, 3)
	f.current(`marketplace:component_status{component="api",environment="production"}`, 17)
	server := f.start(t)
	p := newPage(t, strings.Replace(server.URL(), "http://", "http://canary:canary@", 1), write(t, "canary.md", "canary"))
	p.refresh(t.Context(), now())
	requireNone := func() {
		for _, path := range paths() {
			body := p.get(t, path)
			for _, secret := range []string{"canary", "Canary", "PaymentSuccessCritical", "127.0.0.1", "marketplace:"} {
				require.NotContains(t, body, secret, path)
			}
		}
	}
	requireNone()
	require.Len(t, p.edition.Load().Incidents, 2)
	require.Equal(t, Unknown, p.edition.Load().Components[1].Status, "17 is no status")

	p.source.querier = failing{}
	p.refresh(t.Context(), now().Add(time.Hour))
	require.Contains(t, p.log.String(), "canary of an error")
	requireNone()
}

func TestInvalidValuesAreUnknown(t *testing.T) {
	for value, want := range map[model.SampleValue]Status{0: Operational, 1: Degraded, 2: PartialOutage, 3: MajorOutage, 4: Unknown, -1: Unknown, 0.5: Unknown} {
		require.Equal(t, want, statusOf(float64(value)))
	}
}

func TestPercentIsRoundedDown(t *testing.T) {
	for ratio, want := range map[float64]string{1: "100 %", 0.99999: "99.99 %", 0.9999: "99.99 %", 0.5: "50.00 %", 0: "0.00 %", 0.97916666: "97.91 %"} {
		require.Equal(t, want, percent(ratio))
	}
}
