// Package oncall is the source of who is on call: it exports the current person of each role and
// the time of the next hand-over from a file with the schedule.
//
// It exports IDs only. Phone numbers of the file stay in the exporter.
package oncall
