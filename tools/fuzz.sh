#!/usr/bin/env bash
# Fuzz every target there is, one after another, each for FUZZTIME.
set -euo pipefail
cd "$(dirname "$0")/.."

found=0
for package in $(go list ./...); do
	# A package's targets stand in its tests: those without any need no build.
	dir=$(go list -f '{{.Dir}}' "$package")
	grep -qs '^func Fuzz' "$dir"/*_test.go || continue
	for target in $(go test -list '^Fuzz' "$package" | grep '^Fuzz'); do
		found=$((found + 1))
		echo "=== $package $target for ${FUZZTIME:=60s}"
		go test -run '^$' -fuzz "^$target\$" -fuzztime "$FUZZTIME" -fuzzminimizetime 2s "$package"
	done
done
echo "$found targets withstood it. What a target finds is kept in its testdata/fuzz, as a test from then on."
[[ $found -gt 0 ]]
