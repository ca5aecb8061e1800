package sentry

import (
	"crypto/sha256"
	"encoding/json"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/exporter/metric"
)

// maxWebhook is the size of a webhook in bytes; one of an issue has about 10 kB.
const maxWebhook = 1 << 20

// webhooks counts the changes of issues that Sentry's integration platform delivers.
type webhooks struct {
	metric.Collectors
	changes    *prometheus.CounterVec
	resolution *prometheus.HistogramVec

	mu       sync.Mutex
	projects *projects
}

// changes are the allowed values of the label change.
func changes() []string {
	return []string{"created", "resolved", "regressed", "escalated", "unresolved", "archived", "assigned", metric.Other}
}

func newWebhooks(configured []string) *webhooks {
	w := &webhooks{
		changes: metric.NewCounterVec("marketplace_sentry_issue_changes_total",
			"Changes of issues that Sentry delivered.", "project", "level", "change"),
		resolution: metric.NewHistogramVec("marketplace_sentry_issue_resolution_seconds",
			"Time from the first event of an issue to its resolution.",
			[]float64{600, 3600, 4 * 3600, 12 * 3600, 86400, 3 * 86400, 7 * 86400, 14 * 86400, 30 * 86400, 90 * 86400}, "project"),
		projects: newProjects(configured),
	}
	w.Collectors = metric.Collectors{w.changes, w.resolution}
	for _, project := range configured {
		w.initialize(project)
	}
	return w
}

func (w *webhooks) initialize(project string) {
	metric.Initialize(w.changes, []string{project}, levels()[:2], changes())
	metric.Initialize(w.resolution, []string{project})
}

// endpoint returns the endpoint /sentry/webhook. Sentry signs the body with the client secret and
// does not deliver again; a proxy in front of the exporter may.
func (w *webhooks) endpoint(secrets *inbound.Secrets, dedupe *inbound.Window) inbound.Endpoint {
	return inbound.Endpoint{
		Sender: "sentry", Name: "webhook", Path: "/sentry/webhook",
		Verifier: inbound.HMAC{Header: "Sentry-Hook-Signature", Hash: sha256.New, Secrets: secrets},
		Limits:   inbound.Limits{BodySize: maxWebhook, DecompressedSize: maxWebhook},
		Handler: func(delivery inbound.Delivery) error {
			var hook webhook
			if err := json.Unmarshal(delivery.Body, &hook); err != nil {
				return inbound.ErrMalformed
			}
			if resource := delivery.Header.Get("Sentry-Hook-Resource"); resource != "" && resource != "issue" {
				return nil // such as installation and comment
			}
			id := delivery.Header.Get("Request-ID")
			if id != "" && !dedupe.Add(dedupe.Key("sentry", []byte(id))) {
				return nil
			}
			w.count(hook)
			return nil
		},
	}
}

// webhook has the fields of an issue webhook that are counted.
type webhook struct {
	Action string
	Data   struct{ Issue issue }
}

// change returns the change that the action and the state of the issue stand for. Sentry reports a
// regression and an escalation as an issue that is no longer resolved or archived.
func (w webhook) change() string {
	if w.Action == "unresolved" && w.Data.Issue.Substatus != nil {
		switch *w.Data.Issue.Substatus {
		case "regressed":
			return "regressed"
		case "escalating":
			return "escalated"
		}
	}
	return metric.Among(w.Action, changes()...)
}

func (w *webhooks) count(hook webhook) {
	issue := hook.Data.Issue
	w.mu.Lock()
	defer w.mu.Unlock()
	before := len(w.projects.list())
	project := w.projects.label(issue.Project.Slug)
	if len(w.projects.list()) > before {
		w.initialize(project)
	}
	change := hook.change()
	w.changes.WithLabelValues(project, metric.Among(issue.Level, levels()...), change).Inc()
	if first := issue.firstSeen(); change == "resolved" && !first.IsZero() {
		w.resolution.WithLabelValues(project).Observe(time.Since(first).Seconds())
	}
}
