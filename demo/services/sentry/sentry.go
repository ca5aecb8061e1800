// Package sentry simulates an organization in Sentry. Errors become events of issues, which it lists
// in its API. It sends changes of issues as signed webhooks.
package sentry

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"
)

// The only organization and project.
const (
	Organization = "ai-marketplace"
	Project      = "web"
)

// Options specifies the organization.
type Options struct {
	Token         string // of the API
	WebhookSecret string // signs webhooks
}

// Error is an error that the SDK reports.
type Error struct {
	Type        string // such as TypeError
	Message     string // errors with the same type, message and transaction are one issue
	Transaction string // route
	Level       string // error or fatal
	User        string
	At          time.Time
}

// Sentry is an http.Handler for the paths below /api/0/. It is safe for concurrent use.
type Sentry struct {
	opts   Options
	client http.Client
	hooks  chan hook

	mu        sync.Mutex
	issues    []*issue
	created   int // issues so far
	throttled bool
	spike     bool // of fatal errors
}

// issue is a group of equal errors.
type issue struct {
	id                  int
	kind                Error // of the first event
	status, substatus   string
	firstSeen, lastSeen time.Time
	count               int
	events              []occurrence // of the last day, the oldest first
}

// occurrence is an event of an issue.
type occurrence struct {
	at   time.Time
	user string
}

// New returns an organization with an old issue that still occurs every hour, as in most projects.
func New(opts Options) *Sentry {
	const timeout, queued = 5 * time.Second, 100
	s := &Sentry{opts: opts, client: http.Client{Timeout: timeout}, hooks: make(chan hook, queued)}
	now := time.Now()
	const day, age = 24, 30 * 24 * time.Hour
	for hour := range day {
		s.Capture(Error{
			Type: "TypeError", Message: "Cannot read properties of undefined (reading 'price')", Transaction: "/prompts/[id]",
			Level: "error", User: rand.Text(), At: now.Add(time.Duration(hour-day)*time.Hour + time.Minute),
		})
	}
	s.issues[0].firstSeen, s.issues[0].substatus = now.Add(-age), "ongoing"
	<-s.hooks // a webhook of the past
	return s
}

// Capture adds an event.
func (s *Sentry) Capture(e Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	same := func(i *issue) bool {
		return i.kind.Type == e.Type && i.kind.Message == e.Message && i.kind.Transaction == e.Transaction
	}
	at := slices.IndexFunc(s.issues, same)
	if at < 0 {
		s.created++
		s.issues = append(s.issues, &issue{id: 1170820000 + s.created, kind: e, status: "unresolved", substatus: "new", firstSeen: e.At})
		at = len(s.issues) - 1
		s.notify("created", s.issues[at])
	}
	i := s.issues[at]
	i.lastSeen = e.At
	i.count++
	const kept = 24 * time.Hour
	i.events = append(i.events, occurrence{e.At, e.User})
	i.events = i.events[max(0, slices.IndexFunc(i.events, func(o occurrence) bool { return time.Since(o.at) < kept })):]
}

// document returns an issue in the schema of the API.
func (i *issue) document() map[string]any {
	users := map[string]bool{}
	for _, o := range i.events {
		users[o.user] = true
	}
	first, last := i.firstSeen.UTC().Format(time.RFC3339), i.lastSeen.UTC().Format(time.RFC3339)
	id, count := fmt.Sprint(i.id), fmt.Sprint(i.count)
	substatus := any(i.substatus)
	if i.status != "unresolved" {
		substatus = nil
	}
	return map[string]any{
		"id": id, "shortId": "WEB-" + id, "title": i.kind.Type + ": " + i.kind.Message, "culprit": i.kind.Transaction,
		"permalink": "https://ai-marketplace.sentry.io/issues/" + id + "/", "logger": nil, "level": i.kind.Level, "status": i.status,
		"statusDetails": map[string]any{}, "substatus": substatus, "platform": "javascript", "type": "error", "issueType": "error",
		"issueCategory": "error", "priority": "high", "project": map[string]string{"id": "10", "name": "Web", "slug": Project, "platform": "javascript-nextjs"},
		"metadata": map[string]string{"type": i.kind.Type, "value": i.kind.Message}, "assignedTo": nil, "isUnhandled": true,
		"count": count, "userCount": len(users), "firstSeen": first, "lastSeen": last,
		"lifetime": map[string]any{"count": count, "userCount": len(users), "firstSeen": first, "lastSeen": last},
	}
}
