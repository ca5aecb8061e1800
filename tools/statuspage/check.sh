#!/usr/bin/env bash
# Checks the pages of the status page in Chromium, in each state, and writes bin/status-page/*.png.
# Chromium is about 300 MB, so `make test` does without it.
set -euo pipefail
# shellcheck source=tools/lib.sh
. "$(dirname "$0")/../lib.sh"
cd "$tools/.."

"$tools/install.sh" chromium npm prometheus promtool >/dev/null
modules=$cache/statuspage-v$(sha256sum tools/statuspage/package-lock.json | cut -c1-12)
if [ ! -e "$modules/node_modules/.package-lock.json" ]; then
	say "installing axe and html-validate from npm ..."
	mkdir -p "$modules"
	cp tools/statuspage/package.json tools/statuspage/package-lock.json "$modules"
	retry npm --prefix "$modules" ci --no-audit --no-fund --ignore-scripts --loglevel=error >&2
fi
cp tools/statuspage/check.mjs "$modules" # Node.js searches for modules beside the script
mkdir -p bin/status-page
CHROMIUM=$("$tools/install.sh" chromium) go test -count=1 -v -timeout 10m -run TestScenarios ./report/statuspage \
	-args -browser "$modules" -pictures "$PWD/bin/status-page"
