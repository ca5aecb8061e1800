#!/usr/bin/env bash
# Takes a picture of a board: from a Grafana that shows it without a login, or else of what dashboards/preview draws from
# a Prometheus, such as that of the demo once it has run for some minutes.
# tools/board-picture.sh [uid] [file]; GRAFANA_URL, PROMETHEUS_URL, RANGE and HEIGHT have defaults.
set -euo pipefail
# shellcheck source=tools/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$tools/.."

uid=${1:-marketplace-overview}
file=${2:-docs/images/board.png}
grafana=${GRAFANA_URL:-http://127.0.0.1:3000}
prometheus=${PROMETHEUS_URL:-http://127.0.0.1:9090}
range=${RANGE:-10m}
height=${HEIGHT:-1720} # the overview's

browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) ||
	fail "no Chromium to take the picture with: apt-get install chromium"
command -v curl >/dev/null || fail "no curl to look for Grafana and Prometheus with: apt-get install curl"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if curl -fsS -m 5 -o /dev/null "$grafana/api/dashboards/uid/$uid" 2>/dev/null; then
	say "taking $uid from Grafana at $grafana"
	page="$grafana/d/$uid?kiosk&theme=dark&from=now-$range&to=now"
	patience=(--virtual-time-budget=20000)
elif curl -fsS -m 5 -o /dev/null "$prometheus/-/ready" 2>/dev/null; then
	say "no Grafana shows $uid at $grafana: drawing it from Prometheus at $prometheus"
	go run ./dashboards/preview -prometheus="$prometheus" -board="$uid" -range="$range" -out="$work/board.html"
	page="file://$work/board.html"
	patience=()
else
	fail "neither a Grafana at $grafana nor a Prometheus at $prometheus answers:" \
		"run \`make demo\` and set PROMETHEUS_URL to what it prints, or GRAFANA_URL to a Grafana that has the boards"
fi

mkdir -p "$(dirname "$file")"
# As root Chromium runs without its sandbox only; it sees no page but ours.
timeout 120 "$browser" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
	--disable-component-update --disable-sync --user-data-dir="$work/profile" --hide-scrollbars "${patience[@]}" \
	--window-size="1600,$height" --screenshot="$work/board.png" "$page" >"$work/log" 2>&1 || true
[ -s "$work/board.png" ] || fail "Chromium took no picture:"$'\n'"$(cat "$work/log")"
mv "$work/board.png" "$file"
say "wrote $file"
