#!/usr/bin/env bash
# Installs tools and prints the path of each.
# usage: tools/install.sh promtool postgres-17 pgbouncer
# Names are those of "tool" lines in tools/*/go.mod, postgres-MAJOR, postgres (every major),
# debian-prometheus, debian-alertmanager, pgbouncer, npm, chromium, gcc and systemd-analyze.
set -euo pipefail
# shellcheck source=tools/lib.sh
. "$(dirname "$0")/lib.sh"

for name in "$@"; do
	case $name in
	postgres) "$tools/install-postgres.sh" ;;
	postgres-*) "$tools/install-postgres.sh" "${name#postgres-}" ;;
	pgbouncer | npm | chromium | gcc | systemd-analyze) "$tools/install-apt.sh" "$name" ;;
	debian-*) "$tools/install-debian.sh" "${name#debian-}" ;;
	alertmanager) "$tools/install-alertmanager.sh" ;;
	*) "$tools/install-go-tool.sh" "$name" ;;
	esac
done
