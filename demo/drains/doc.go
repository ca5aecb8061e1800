// Package drains is the website of the demo's marketplace, as far as Vercel tells of one: it makes up what people do there
// and sends it as the four drains do, signed and about once a second, to whatever receives drains.
//
// What happens in a span of time is a function of the seed and of that span, so that two runs with both the same tell the
// same, down to the byte, and two runs at different times share no identifier.
package drains
