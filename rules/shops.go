package rules

import _ "embed" // of the tables

const shopsSection = `
## Simulated shops

` + "`make shops`" + ` simulates shops of three sizes for four weeks and evaluates these rules, as shipped. Traffic
follows the hour and the weekday. There are deployments, campaigns, cold starts, mistyped passwords,
declined cards, bots, nightly jobs, bulk loads, monthly payouts, restarts of a pair of exporters, and a
preview environment that fails. Then it simulates each incident separately, from 13:00 on a Monday.

It fails if, without any incident, an alert of severity P0, more than one of P1 a week or more than two
of P2 a week fire. It also fails if no alert that names the incident fires within the guide's response
time, which is 5 minutes for P0, 15 for P1 and an hour for P2, or if such an alert still fires 15 minutes
after the incident. The severity is that of the incident by the guide. Only in the small shop may it be
lower, where few requests prove less: P1 if all requests fail, P2 if they are slow or if all emails are
rejected.

An incident that shows only in requests, payments or emails counts from the moment when enough of them
exist, and so does its end: 3 failed requests, 5 failed payments, 8 requests if 5 % fail, 10 pending
payments, 20 emails, 20 slow or missing requests. A small shop takes up to hours for these.
EmailFailuresDaily counts the emails of a day, and fires as long. DeliveryNotScraped fires once because
the simulation has no metrics of Prometheus and Alertmanager themselves.

`

// shops are the tables of the simulation, written by make shops.
//
//go:embed shops.md
var shops string
