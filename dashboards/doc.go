// Package dashboards defines the Grafana boards. Each file describes a board, or some of its rows, in the order in which
// they appear on the screen. `go run ./dashboards/generate` writes the boards to json/, which Grafana provisions.
//
// A board answers its question on the first screen; details are in collapsed rows. Colors have meanings: see colors.go.
//
// Boards refer to metrics by name only. They contain no limits: a panel draws the threshold series that its alert
// compares with.
package dashboards
