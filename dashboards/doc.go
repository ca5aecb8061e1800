// Package dashboards is the boards of Grafana, each a file that reads like its screen from top to bottom. What they say
// is in json/, which Grafana is given as it is; `go run ./dashboards/generate` writes it.
//
// A board asks for metrics by name and knows nothing of those who expose them. Limits are never typed here: a panel
// draws the threshold series that its alert compares with.
package dashboards
