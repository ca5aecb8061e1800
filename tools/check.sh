#!/usr/bin/env bash
# Checks what neither the linter nor the tests do. Each finding says how to mend it; all are told before it fails.
set -euo pipefail
# shellcheck source=tools/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$tools/.."

findings=0
finding() {
	say "check: $*"
	findings=$((findings + 1))
}

format() {
	local unformatted
	unformatted=$("$("$tools/install.sh" gofumpt)" -l .)
	[ -z "$unformatted" ] || finding "not formatted, run \`make fmt\`:"$'\n'"$unformatted"
}

generated() {
	go run ./exporter metrics | diff -u docs/metrics.md - >&2 || finding "docs/metrics.md is out of date: run \`make generate\`"
}

modules() {
	go mod tidy -diff >&2 || finding "go.mod is not tidy: run \`go mod tidy\`"
}

scripts() {
	local script
	while read -r script; do
		bash -n "$script" || finding "$script does not parse"
	done < <(git ls-files --cached --others --exclude-standard -- '*.sh' .ci/run)
}

rules() {
	local pint promtool
	pint=$("$tools/install.sh" pint)
	promtool=$("$tools/install.sh" promtool)
	(cd rules && "$pint" --no-color --offline --config .pint.hcl lint --fail-on=warning ./*.yml) >&2 || finding "pint has findings in rules/"
	"$promtool" check rules --lint=all --lint-fatal rules/*.yml >&2 || finding "promtool has findings in rules/"
}

format
generated
rules
modules
scripts
[ "$findings" -eq 0 ] || fail "$findings findings"
