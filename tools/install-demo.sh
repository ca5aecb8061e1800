#!/usr/bin/env bash
# Makes sure that the demo has a Postgres server and a recent Prometheus, those of the system where there are any, and the
# pinned Alertmanager, since the configuration needs a recent one.
set -euo pipefail
# shellcheck source=tools/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$tools/.."

find_any() { go run ./internal/toolbox/which "$1" 2>/dev/null; }

if ! postgres=$(find_any any-postgres); then
	# npm's package is one download; Debian's brings a service along, but needs no npm.
	if command -v npm >/dev/null; then
		"$tools/install.sh" postgres-18 >/dev/null
	else
		apt_install postgresql
	fi
	postgres=$(find_any any-postgres)
fi
say "Postgres: $postgres"

if ! prometheus=$(find_any any-prometheus); then
	prometheus=$("$tools/install.sh" prometheus)
fi
say "Prometheus: $prometheus"

alertmanager=$("$tools/install.sh" alertmanager)
say "Alertmanager: $alertmanager"
