#!/usr/bin/env bash
# Builds the Alertmanager pinned in tools/alertmanager/go.mod and prints its path.
# Its module lacks the web UI, which requires npm to build, and does not compile without it. The
# script adds a placeholder to a copy of the sources.
set -euo pipefail
# shellcheck source=tools/lib.sh
. "$(dirname "$0")/lib.sh"

module=github.com/prometheus/alertmanager
version=$(awk -v module="$module" '{ sub(/^require /, "") } $1 == module { print $2; exit }' "$tools/alertmanager/go.mod")
[ -n "$version" ] || fail "tools/alertmanager/go.mod requires no version of $module"
binary=$cache/alertmanager-$version

if [ ! -x "$binary" ]; then
	installing alertmanager
	say "building alertmanager $version: about 3 minutes on two cores, less when amtool was built before ..."
	temporary=$(mktemp -d "$cache/.alertmanager.XXXXXX")
	trap 'rm -rf "$temporary"' EXIT
	started=$SECONDS
	cd "$tools/alertmanager"
	export GOWORK=off GOFLAGS=
	retry go mod download "$module"
	cp -r "$(go list -m -f '{{.Dir}}' "$module")" "$temporary/sources"
	chmod -R u+w "$temporary/sources"
	cd "$temporary/sources"
	mkdir ui/app/dist
	echo '<!doctype html><title>Alertmanager</title><p>Built without the web UI. The API works: see /api/v2/status' |
		gzip -9 >ui/app/dist/index.html.gz
	# timetzdata: business hours need a time zone database, which a minimal system lacks.
	retry go build -trimpath -buildvcs=false -tags timetzdata -o "$temporary/alertmanager" \
		-ldflags "-s -w -X github.com/prometheus/common/version.Version=${version#v}" ./cmd/alertmanager >&2
	mv "$temporary/alertmanager" "$binary"
	say "built alertmanager $version in $((SECONDS - started)) s"
fi
echo "$binary"
