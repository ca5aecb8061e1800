package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/aimarketplace/monitoring/internal/promserver"
)

// series is what a query found, of which an instant one has a single point.
type series struct {
	RefID, Name string
	Labels      map[string]string
	Points      []point
}

// last is the latest value.
func (s series) last() float64 { return s.Points[len(s.Points)-1].Value }

// point is a value at a time in seconds.
type point struct{ Time, Value float64 }

// UnmarshalJSON reads the API's pair of a number and a text.
func (p *point) UnmarshalJSON(text []byte) error {
	var value string
	if err := json.Unmarshal(text, &[]any{&p.Time, &value}); err != nil {
		return fmt.Errorf("decoding a sample: %w", err)
	}
	var err error
	if p.Value, err = strconv.ParseFloat(value, 64); err != nil {
		return fmt.Errorf("decoding a sample: %w", err)
	}
	return nil
}

// client asks a Prometheus about a time.
type client struct {
	root string
	span period
}

func newClient(root string, span period) client {
	return client{root: strings.TrimRight(root, "/"), span: span}
}

// step is the time from one point of a line to the next.
func (p period) step() time.Duration {
	const points = 120
	return max(time.Second, (p.Length / points).Round(time.Second))
}

// askAll is what each of the board's panels finds.
func (c client) askAll(ctx context.Context, b board) ([][]series, error) {
	answers := make([][]series, len(b.Panels))
	variables := b.variables(c.span)
	for i, p := range b.Panels {
		for _, t := range p.Targets {
			t.Expr = variables.Replace(t.Expr)
			found, err := c.ask(ctx, t)
			if err != nil {
				return nil, fmt.Errorf("panel %q, query %s: %w", p.Title, t.RefID, err)
			}
			answers[i] = append(answers[i], found...)
		}
	}
	return answers, nil
}

// ask is what a query finds: now, or over the time that is looked at.
func (c client) ask(ctx context.Context, t target) ([]series, error) {
	form, path := url.Values{"query": {t.Expr}}, "/api/v1/query"
	end := c.span.End
	if t.Instant {
		form.Set("time", strconv.FormatInt(end.Unix(), 10))
	} else {
		path = "/api/v1/query_range"
		form.Set("start", strconv.FormatInt(end.Add(-c.span.Length).Unix(), 10))
		form.Set("end", strconv.FormatInt(end.Unix(), 10))
		form.Set("step", c.span.step().String())
	}
	body, err := c.get(ctx, path+"?"+form.Encode())
	if err != nil {
		return nil, err
	}
	return decode(t, body)
}

func (c client) get(ctx context.Context, path string) ([]byte, error) {
	body, err := promserver.Get(ctx, c.root+path)
	if _, silent := errors.AsType[*url.Error](err); silent {
		return nil, fmt.Errorf("%w: start one with `make demo`, or name another with -prometheus", err)
	}
	return body, err
}

func decode(t target, body []byte) ([]series, error) {
	var answer struct {
		Data struct {
			Result []struct {
				Metric map[string]string
				Value  *point
				Values []point
			}
		}
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, fmt.Errorf("decoding the answer: %w", err)
	}
	var found []series
	for _, one := range answer.Data.Result {
		points := one.Values
		if one.Value != nil {
			points = []point{*one.Value}
		}
		if len(points) > 0 {
			found = append(found, series{RefID: t.RefID, Name: seriesName(t.LegendFormat, one.Metric), Labels: one.Metric, Points: points})
		}
	}
	return found, nil
}

// seriesName fills labels into a legend such as "{{status}} of {{provider}}".
func seriesName(legend string, labels map[string]string) string {
	var name strings.Builder
	for rest := legend; rest != ""; {
		before, after, opened := strings.Cut(rest, "{{")
		name.WriteString(before)
		label, behind, _ := strings.Cut(after, "}}")
		if opened {
			name.WriteString(labels[strings.TrimSpace(label)])
		}
		rest = behind
	}
	return strings.TrimSpace(name.String())
}
