// Package sentry is the source of the errors that Sentry groups into issues: how many are
// unresolved, new, regressed or escalating, how many users they affect, and what Sentry dropped.
//
// It polls Sentry's API rarely and in sequence, because Sentry limits requests by caller, and
// receives webhooks of changed issues. No series refers to a single issue or user.
package sentry
