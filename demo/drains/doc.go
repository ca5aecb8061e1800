// Package drains simulates a website on Vercel: it makes up requests and sends what Vercel's four drains report about
// them, signed and about once a second.
//
// The requests of a time span are a function of the seed and of that span. Two runs send the same bytes for the same
// span, and no identifier occurs in two spans.
package drains
