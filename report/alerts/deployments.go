package alerts

import (
	"context"
	"slices"
	"time"

	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"

	"github.com/aimarketplace/monitoring/report/prom"
)

// Deployment is a new version of the application.
type Deployment struct {
	Time    time.Time
	Version string
}

// Deployments returns the deployments within a range, which rules record for an hour each. matchers
// select the environment.
func Deployments(ctx context.Context, client *prom.Client, matchers string, from, to time.Time) ([]Deployment, error) {
	const step = 30 * time.Minute // half of the hour
	matrix, err := client.Range(ctx, `environment:marketplace_app_deployed:timestamp{`+matchers+`}`,
		v1.Range{Start: from, End: to.Add(step), Step: step})
	if err != nil {
		return nil, err
	}
	var found []Deployment
	for _, stream := range matrix {
		for _, sample := range stream.Values {
			at := model.TimeFromUnixNano(int64(float64(sample.Value) * float64(time.Second))).Time()
			if at.Before(from) || at.After(to) {
				continue
			}
			d := Deployment{Time: at, Version: string(stream.Metric["version"])}
			if !slices.Contains(found, d) {
				found = append(found, d)
			}
		}
	}
	slices.SortFunc(found, func(a, b Deployment) int { return a.Time.Compare(b.Time) })
	return found, nil
}
