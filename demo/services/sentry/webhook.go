package sentry

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/aimarketplace/monitoring/demo/services/httpjson"
)

// hook is a webhook of the resource issue.
type hook struct {
	Action       string            `json:"action"`
	Installation map[string]string `json:"installation"`
	Data         map[string]any    `json:"data"`
	Actor        map[string]any    `json:"actor"`
}

// notify queues a webhook. It drops webhooks that do not fit, as Sentry does not repeat them either.
// The caller holds the lock.
func (s *Sentry) notify(action string, i *issue) {
	h := hook{
		Action: action, Installation: map[string]string{"uuid": "a8e5d37a-696c-4c54-adb5-b3f28d64c7de"},
		Data: map[string]any{"issue": i.document()}, Actor: map[string]any{"type": "application", "id": "sentry", "name": "Sentry"},
	}
	select {
	case s.hooks <- h:
	default:
	}
}

// Run sends webhooks until ctx is done, and captures the errors of a spike.
func (s *Sentry) Run(ctx context.Context, webhookURL string) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case h := <-s.hooks:
			_ = s.post(ctx, webhookURL, h) // Sentry does not repeat a failed delivery
		case <-ticker.C:
			s.captureSpike(1)
		}
	}
}

func (s *Sentry) post(ctx context.Context, url string, h hook) error {
	body, err := json.Marshal(h)
	if err != nil {
		return err
	}
	mac := hmac.New(sha256.New, []byte(s.opts.WebhookSecret))
	_, _ = mac.Write(body) // never fails
	return httpjson.Post(ctx, &s.client, url, http.Header{
		"Request-Id": {rand.Text()}, "Sentry-Hook-Resource": {"issue"}, "Sentry-Hook-Timestamp": {strconv.FormatInt(time.Now().Unix(), 10)},
		"Sentry-Hook-Signature": {hex.EncodeToString(mac.Sum(nil))},
	}, body)
}
