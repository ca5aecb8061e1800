package sentry

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aimarketplace/monitoring/demo/services/httpjson"
)

// ServeHTTP implements http.Handler with the resources that the exporter reads.
func (s *Sentry) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limit(w.Header())
	resource, ours := strings.CutPrefix(r.URL.Path, "/api/0/organizations/"+Organization+"/")
	switch {
	case r.Header.Get("Authorization") != "Bearer "+s.opts.Token:
		reject(w, http.StatusUnauthorized, "Invalid token")
	case s.throttled:
		reject(w, http.StatusTooManyRequests, "You are attempting to use this endpoint too quickly. Limit is 3/1s")
	case !ours || r.Method != http.MethodGet:
		reject(w, http.StatusNotFound, "The requested resource does not exist")
	default:
		s.serve(w, resource, r.URL.Query())
	}
}

// limit sets the headers that all responses have.
func (s *Sentry) limit(header http.Header) {
	const requests, concurrent, pause = 40, 25, 45 // seconds
	remaining, reset := requests-1, time.Now().Unix()
	if s.throttled {
		remaining, reset = 0, reset+pause
		header.Set("Retry-After", strconv.Itoa(pause))
	}
	for name, value := range map[string]int{
		"Limit": requests, "Remaining": remaining, "Reset": int(reset), "ConcurrentLimit": concurrent, "ConcurrentRemaining": concurrent - 1,
	} {
		header.Set("X-Sentry-Rate-Limit-"+name, strconv.Itoa(value))
	}
}

func reject(w http.ResponseWriter, code int, detail string) {
	httpjson.Reply(w, code, map[string]string{"detail": detail})
}

func (s *Sentry) serve(w http.ResponseWriter, resource string, query url.Values) {
	since, ok := start(query.Get("statsPeriod"))
	if !ok {
		reject(w, http.StatusBadRequest, "Invalid statsPeriod")
		return
	}
	switch resource {
	case "issues/":
		s.serveIssues(w, query)
	case "events/":
		events, users := s.volume(query.Get("query"), since)
		rows := []any{}
		if events > 0 {
			rows = append(rows, map[string]any{"project": Project, "count()": events, "count_unique(user)": users})
		}
		httpjson.Reply(w, http.StatusOK, map[string]any{"data": rows, "meta": map[string]any{"fields": map[string]string{
			"project": "string", "count()": "integer", "count_unique(user)": "integer",
		}}})
	case "stats_v2/":
		accepted, _ := s.volume("", since)
		serveGroups(w, since, group(map[string]string{"outcome": "accepted"}, map[string]float64{"sum(quantity)": float64(accepted)}))
	case "sessions/":
		serveGroups(w, since, group(map[string]string{}, map[string]float64{"crash_free_rate(session)": 0.9986, "crash_free_rate(user)": 0.9979}))
	default:
		reject(w, http.StatusNotFound, "The requested resource does not exist")
	}
}

// start returns the start of a period such as 24h or 14d, which is the default.
func start(period string) (time.Time, bool) {
	period = cmp.Or(period, "14d")
	hours := map[byte]int{'h': 1, 'd': 24}[period[len(period)-1]]
	number, err := strconv.Atoi(period[:len(period)-1])
	return time.Now().Add(-time.Duration(number*hours) * time.Hour), err == nil && hours > 0
}

func group(by map[string]string, totals map[string]float64) map[string]any {
	return map[string]any{"by": by, "totals": totals}
}

func serveGroups(w http.ResponseWriter, since time.Time, groups ...map[string]any) {
	httpjson.Reply(w, http.StatusOK, map[string]any{
		"start": since.UTC().Format(time.RFC3339), "end": time.Now().UTC().Format(time.RFC3339), "intervals": []string{}, "groups": groups, "query": "",
	})
}

// serveIssues responds with a page of issues. Cursors have the form 0:OFFSET:0.
func (s *Sentry) serveIssues(w http.ResponseWriter, query url.Values) {
	const maxLimit = 100
	matches := func(*issue) bool { return true }
	switch search := query.Get("query"); {
	case search == "is:unresolved":
		matches = func(i *issue) bool { return i.status == "unresolved" }
	case strings.HasPrefix(search, "firstSeen:-"):
		since, ok := start(strings.TrimPrefix(search, "firstSeen:-"))
		if !ok {
			reject(w, http.StatusBadRequest, "Invalid query")
			return
		}
		matches = func(i *issue) bool { return i.firstSeen.After(since) }
	}
	found := []any{}
	for _, i := range s.issues {
		if matches(i) {
			found = append(found, i.document())
		}
	}
	limit, _ := strconv.Atoi(query.Get("limit"))
	if limit <= 0 || limit > maxLimit {
		limit = maxLimit
	}
	offset := 0
	_, _ = fmt.Sscanf(query.Get("cursor"), "0:%d:0", &offset) // 0 without a cursor
	from, to := min(offset, len(found)), min(offset+limit, len(found))
	link := func(rel string, offset int, results bool) string {
		return fmt.Sprintf(`<https://sentry.io/api/0/organizations/%s/issues/?&cursor=0:%d:0>; rel="%s"; results="%t"; cursor="0:%d:0"`,
			Organization, offset, rel, results, offset)
	}
	w.Header().Set("Link", link("previous", max(0, from-limit), from > 0)+", "+link("next", to, to < len(found)))
	httpjson.Reply(w, http.StatusOK, found[from:to])
}

// volume returns the number of events and users since a time that match a search.
func (s *Sentry) volume(search string, since time.Time) (events, users int) {
	seen := map[string]bool{}
	for _, i := range s.issues {
		if !i.kind.matches(search) {
			continue
		}
		for _, o := range i.events {
			if o.at.After(since) {
				events, seen[o.user] = events+1, true
			}
		}
	}
	return events, len(seen)
}

// matches supports the terms transaction:PATTERN and error.type:[TYPE, TYPE], and OR.
func (e Error) matches(search string) bool {
	return search == "" || slices.ContainsFunc(strings.Split(search, " OR "), func(term string) bool {
		field, value, _ := strings.Cut(term, ":")
		switch field {
		case "transaction":
			return strings.Contains(e.Transaction, strings.Trim(value, "*"))
		case "error.type":
			return slices.Contains(strings.Split(strings.Trim(value, "[]"), ", "), e.Type)
		}
		return false
	})
}
