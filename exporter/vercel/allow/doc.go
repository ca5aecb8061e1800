// Package allow reduces values of requests to label values. Routes, hosts and events come from
// allowlists that an operator can replace; everything else comes from fixed lists.
//
// A value that is on no list becomes "other". No other part of a request may become a label or a
// log line, so the number of series is bounded whatever clients send.
package allow
