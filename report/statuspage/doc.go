// Package statuspage serves a public status page that is derived from Prometheus.
//
// A query set runs every 30 seconds, whatever the number of visitors: source reads it, history adds
// it to what is already known, and monitor publishes the result as an immutable edition of the
// site. Requests only read the current edition.
//
// Nothing that Prometheus returns is published as text except the names of maintenance windows:
// components come from a fixed list, everything else is a number or a time.
package statuspage
