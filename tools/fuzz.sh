#!/usr/bin/env bash
# Runs every fuzz target for FUZZTIME, one after another. Failing inputs are kept in testdata/fuzz,
# where `go test` runs them.
set -euo pipefail
cd "$(dirname "$0")/.."

found=0
for package in $(go list ./...); do
	# Packages without targets need not be built.
	dir=$(go list -f '{{.Dir}}' "$package")
	grep -qs '^func Fuzz' "$dir"/*_test.go || continue
	for target in $(go test -list '^Fuzz' "$package" | grep '^Fuzz'); do
		found=$((found + 1))
		echo "=== $package $target for ${FUZZTIME:=60s}"
		go test -run '^$' -fuzz "^$target\$" -fuzztime "$FUZZTIME" -fuzzminimizetime 2s "$package"
	done
done
echo "$found targets passed"
[[ $found -gt 0 ]]
