// Package maintenance is the source of planned maintenance windows, which it reads from a file.
//
// Rules leave the windows out of the uptime of components, and Alertmanager mutes the alerts of the
// components while a window is active. The exporter itself evaluates nothing: it exposes the start
// and the end of each window, so that rules read the same times after a restart of either program.
package maintenance
