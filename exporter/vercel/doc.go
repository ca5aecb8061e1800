// Package vercel is the source of what the application does. Nothing on Vercel can be scraped, but
// Vercel delivers logs, traces and browser data to an HTTP endpoint, as drains.
//
// The inbound listener verifies a delivery and passes it to the drain of its path. The drain
// decodes the rows, drops duplicates, reduces the rest to allowed label values, and counts them. A
// scrape reads the counters. No other part of a row is kept.
package vercel
