#!/usr/bin/env bash
# Builds a tool pinned in tools/*/go.mod and prints its path.
# usage: tools/install-go-tool.sh promtool
set -euo pipefail
# shellcheck source=tools/lib.sh
. "$(dirname "$0")/lib.sh"

name=$1
gomod=$(grep -lE "^(tool |	)[^ ]+/$name\$" "$tools"/*/go.mod) || fail "no tools/*/go.mod has a tool line for $name"
package=$(sed -nE "s#^(tool |	)([^ ]+/$name)\$#\2#p" "$gomod")
version=$(awk -v package="$package" '
	{ sub(/^require /, "") }
	index(package "/", $1 "/") == 1 && $2 ~ /^v/ { print $2; exit }' "$gomod")
[ -n "$version" ] || fail "$gomod requires no version of $package"
binary=$cache/$name-$version

takes="less than a minute"
tags=
case $name in
# Without cloud service discovery, Prometheus builds in half the time. Static, file and HTTP
# discovery remain.
promtool) takes="about 4 minutes" tags=remove_all_sd ;;
prometheus) takes="about 6 minutes, 2 when promtool was built before," tags=remove_all_sd ;;
golangci-lint) takes="about 2 minutes" ;;
amtool) takes="about 2 minutes" tags=timetzdata ;; # business hours need a time zone database
esac

if [ ! -x "$binary" ]; then
	installing "$name"
	say "building $name $version: $takes on two cores ..."
	temporary=$(mktemp "$cache/.$name.XXXXXX")
	trap 'rm -f "$temporary"' EXIT
	started=$SECONDS
	cd "$(dirname "$gomod")"
	# The build downloads far less than `go mod download` would.
	export GOWORK=off GOFLAGS=
	retry go build -trimpath -buildvcs=false -tags "$tags" -ldflags "-s -w" -o "$temporary" "$package" >&2
	chmod 755 "$temporary"
	mv "$temporary" "$binary"
	say "built $name $version in $((SECONDS - started)) s"
fi
echo "$binary"
