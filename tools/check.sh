#!/usr/bin/env bash
# Checks formatting, generated files, modules, scripts, rules and language. It runs all checks
# before it fails; each finding has a hint how to fix it.
set -euo pipefail
# shellcheck source=tools/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$tools/.."

findings=0
# finding PROBLEM HINT
finding() {
	say "check: $1" "hint: $2"
	findings=$((findings + 1))
}

format() {
	local unformatted
	unformatted=$("$("$tools/install.sh" gofumpt)" -l .)
	[ -z "$unformatted" ] || finding "not formatted: ${unformatted//$'\n'/ }" "run \`make fmt\`"
}

generated() {
	go run ./exporter metrics | diff -u docs/metrics.md - >&2 || finding "docs/metrics.md is out of date" "run \`make generate\`"
	go run ./rules/generate limits | diff -u rules/limits.yml - >&2 || finding "rules/limits.yml is out of date" "run \`make generate\`"
}

modules() {
	go mod tidy -diff >&2 || finding "go.mod is not tidy" "run \`go mod tidy\`"
	(cd tools/shops && go mod tidy -diff) >&2 || finding "tools/shops/go.mod is not tidy" "run \`go mod tidy\` there"
}

scripts() {
	local script
	while read -r script; do
		bash -n "$script" || finding "$script has a syntax error" "run \`bash -n $script\`"
	done < <(git ls-files --cached --others --exclude-standard -- '*.sh' .ci/run)
}

workflows() {
	"$("$tools/install.sh" actionlint)" .github/workflows/*.yml >&2 || finding "actionlint has findings in .github/workflows" "see its messages above"
}

rules() {
	local pint promtool
	pint=$("$tools/install.sh" pint)
	promtool=$("$tools/install.sh" promtool)
	(cd rules && "$pint" --no-color --offline --config .pint.hcl lint --fail-on=warning ./*.yml compat/*.yml) >&2 ||
		finding "pint has findings in rules/" "see its messages above"
	"$promtool" check rules --lint=all --lint-fatal rules/*.yml rules/compat/*.yml >&2 ||
		finding "promtool has findings in rules/" "see its messages above"
}

prose() {
	tools/prose.sh >&2 || finding "flagged words" "tools/flagged-words.txt lists them"
}

# comments finds full-line comments in Go files of more than 100 columns, where a tab counts as 4.
# URLs and directives are exempt.
comments() {
	local long
	long=$(git grep -nE '^[[:space:]]*//' -- '*.go' | sed 's/\t/    /g' | LC_ALL=C.UTF-8 grep -E '^[^:]+:[0-9]+:.{101}' |
		grep -vE '://|: *//(go:|nolint|line )' | cut -d: -f1,2 || true)
	[ -z "$long" ] || finding "comments of more than 100 columns:"$'\n'"$long" "wrap them"
}

format
generated
rules
modules
scripts
workflows
prose
comments
[ "$findings" -eq 0 ] || fail "$findings findings"
