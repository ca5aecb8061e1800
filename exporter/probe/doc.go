// Package probe is the source of what users of the website experience: it requests pages, APIs and
// ports from outside, and reads the health endpoint of the application.
//
// The probes are those of blackbox_exporter, imported as a library, with its module syntax and its
// probe_* metrics. Every target has a clock of its own, so that a slow target delays no other.
package probe
