// Package vercel is the source of what the application does: nothing on Vercel can be scraped, but Vercel sends what it
// saw, as drains.
//
// The way of a row: intake receives a delivery over HTTP and checks where it comes from; a drain (traces, logs, vitals,
// analytics) reads the rows through batch, leaves out those that seen remembers, reduces the rest to label values that
// bound allows, and counts them. A scrape only reads the counters. What a request brought is in none of them: a row
// becomes one more in a few numbers, and is gone.
package vercel
