package rules

import _ "embed" // of the tables

const shopsSection = `
## Simulated shops

` + "`make shops`" + ` simulates shops of three sizes for four weeks and evaluates these rules, as shipped. Traffic
follows the hour and the weekday. There are deployments, campaigns, cold starts, mistyped passwords,
declined cards, bots, nightly jobs, bulk loads, monthly payouts, restarts of a pair of exporters, and a
preview environment that fails. Then it simulates each incident separately, from 13:00 on a Monday. It
fails if, without any incident, an alert of severity P0 or more than one of P1 a week fires; if no alert
names an incident within the response time of its severity; or if that alert still fires 15 minutes
after the incident. An incident that shows only in requests, payments or emails counts from the moment
when enough of them exist, and so does its end: 3 failed logins or charges, 5 failed payments, 8
requests if 5 % fail, 10 pending payments, 20 emails, 20 slow or missing requests. A small shop takes up
to hours for these. EmailFailuresDaily counts the emails of a day, and fires as long.

One limit is exceeded: in the small shop LoginFailing fired 6 minutes after the third failed login, and
the limit of P0 is 5. It counts the errors of 6 hours in steps of 5 minutes.

`

// shops are the tables of the simulation, written by make shops.
//
//go:embed shops.md
var shops string
