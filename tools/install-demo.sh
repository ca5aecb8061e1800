#!/usr/bin/env bash
# Installs the servers of the demo: the system's Postgres and Prometheus if they are recent enough,
# otherwise the pinned ones, and the pinned Alertmanager, since the configuration needs a recent
# version.
set -euo pipefail
# shellcheck source=tools/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$tools/.."

find_any() { go run ./internal/toolbox/which "$1" 2>/dev/null; }

if ! postgres=$(find_any any-postgres); then
	# The package from npm is a single download. Debian's starts a service, but does not need npm.
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
